/** Keeps what is sent to it by OTLP/HTTP with JSON, in its order; metrics are not kept. */
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

/** @returns the server, listening, and the requests `{ path, body }` that it has got */
export async function otlpSink() {
  const requests = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const bytes = Buffer.concat(parts);
    const raw = request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
    const isJson = String(request.headers["content-type"]).includes("json");
    if (/^\/v1\/(?:traces|logs)$/.test(request.url))
      requests.push({ path: request.url, body: isJson ? JSON.parse(String(raw)) : raw.toString("base64") });
    response.writeHead(200, { "content-type": request.headers["content-type"] ?? "application/json" });
    response.end(isJson ? "{}" : "");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { server, requests };
}
