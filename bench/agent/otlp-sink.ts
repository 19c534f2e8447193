import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { readRequest, TRACE_REQUEST } from "../../src/otlp/read-request.js";
import { Arrived } from "./arrived.js";

export interface OtlpSink {
  /** For exporters over HTTP. */
  readonly url: string;
  readonly grpcUrl: string;
  /** What came since it was asked for the last time. */
  arrived(payloadBytes: number): Promise<Arrived>;
  close(): void;
}

interface Request {
  readonly encoding: "json" | "protobuf";
  readonly body: Buffer;
}

const RESULT = "gen_ai.tool.call.result";
const MAX_REQUEST_BYTES = 100_000_000;

/** Takes OTLP on the loopback interface and says that all is well. It keeps the bytes, and reads them when it is asked what has arrived. */
export async function startOtlpSink(): Promise<OtlpSink> {
  let requests: Request[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const encoding = request.headers["content-type"]?.includes("json") ? "json" : "protobuf";
    request
      .on("data", (chunk: Buffer) => chunks.push(chunk))
      .once("end", () => {
        requests.push({ encoding, body: Buffer.concat(chunks) });
        response.writeHead(200).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const grpc = new Server({ "grpc.max_receive_message_length": MAX_REQUEST_BYTES });
  const grpcPort = await listen(grpc, (body) => requests.push({ encoding: "protobuf", body }));
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    grpcUrl: `http://127.0.0.1:${grpcPort}`,
    async arrived(payloadBytes) {
      const [taken, arrived] = [requests, new Arrived(payloadBytes)];
      requests = [];
      for (const { body, encoding } of taken) {
        const reading = await readRequest(TRACE_REQUEST, body, encoding, Number.POSITIVE_INFINITY);
        if (!reading.ok) throw new Error(`A request cannot be read: ${reading.problem}`);
        for (const { attributes } of reading.items) arrived.add(attributes[RESULT]);
      }
      return arrived;
    },
    close() {
      server.close();
      grpc.forceShutdown();
    },
  };
}

function listen(grpc: Server, onRequest: (body: Buffer) => void): Promise<number> {
  const asBytes = (bytes: Buffer): Buffer => bytes;
  const method = {
    path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    requestStream: false,
    responseStream: false,
    requestSerialize: asBytes,
    requestDeserialize: asBytes,
    responseSerialize: asBytes,
    responseDeserialize: asBytes,
  };
  grpc.addService(
    { export: method },
    {
      export: (call: { request: Buffer }, answer: (error: null, body: Buffer) => void) => {
        onRequest(call.request);
        answer(null, Buffer.alloc(0));
      },
    },
  );
  return new Promise((resolve, reject) =>
    grpc.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
}
