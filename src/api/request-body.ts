import { Problem } from "./problem.js";

const MAX_BYTES = 65_536;

/** The body of a request as JSON. Throws a `Problem` when it is none, or too large. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new Problem(415, "content-type has to be application/json.");
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > MAX_BYTES) throw new Problem(413, `The body has more than ${MAX_BYTES} bytes.`);
    parts.push(part);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts)));
  } catch {
    throw new Problem(400, "The body is not JSON in UTF-8.");
  }
}
