import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface OtlpSink {
  /** For `OTLPTraceExporter`. */
  readonly url: string;
  close(): void;
}

/** Takes OTLP over HTTP on the loopback interface, throws it away and says that all is well. */
export async function startOtlpSink(): Promise<OtlpSink> {
  const server = createServer((request, response) => {
    request.resume().once("end", () => response.writeHead(200).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/traces`, close: () => server.close() };
}
