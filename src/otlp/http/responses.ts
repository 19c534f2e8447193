/**
 * The responses of OTLP/HTTP: `Export...ServiceResponse` and, for everything that is not 200, `google.rpc.Status`, both in
 * the encoding of the request. https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
import { PbfWriter } from "pbf";
import type { SignalName } from "../signal-intake.js";
import { type BodyEncoding, MEDIA_TYPES } from "./media-type.js";

export interface Refusal {
  readonly status: 400 | 401 | 403 | 405 | 413 | 415 | 429 | 500 | 503;
  /** A sentence for whoever runs the sender. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `google.rpc.Code` for each status, as gRPC's own gateway maps them. */
const RPC_CODES = { 400: 3, 401: 16, 403: 7, 405: 12, 413: 8, 415: 3, 429: 8, 500: 13, 503: 14 } as const;

/** How the JSON of each signal calls what was not taken. */
const REJECTED = {
  traces: "rejectedSpans",
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
} as const satisfies Record<SignalName, string>;

/** Everything was taken, or everything but `rejected` items, which are not to be sent again. */
export function accepted(
  encoding: BodyEncoding,
  signal: SignalName,
  rejected: number,
  message: string,
): Response {
  if (rejected === 0) return respond(encoding, 200, encoding === "json" ? "{}" : new Uint8Array());
  if (encoding === "json") {
    // 64-bit integers are texts in the JSON of protobuf.
    const partialSuccess = { [REJECTED[signal]]: String(rejected), errorMessage: message };
    return respond(encoding, 200, JSON.stringify({ partialSuccess }));
  }
  return respond(encoding, 200, exportResponse(rejected, message));
}

/** An `ExportTraceServiceResponse` in protobuf; those of the other signals are the same bytes. */
export function exportResponse(rejected: number, message: string): Uint8Array {
  const writer = new PbfWriter();
  if (rejected > 0) writer.writeMessage(1, writePartialSuccess, { rejected, message });
  return writer.finish();
}

export function refused(encoding: BodyEncoding, { status, message, headers }: Refusal): Response {
  const code = RPC_CODES[status];
  if (encoding === "json") return respond(encoding, status, JSON.stringify({ code, message }), headers);
  const writer = new PbfWriter();
  writer.writeTag(1, 0);
  writer.writeVarint(code);
  writer.writeTag(2, 2);
  writer.writeString(message);
  return respond(encoding, status, writer.finish(), headers);
}

function writePartialSuccess(
  { rejected, message }: { rejected: number; message: string },
  writer: PbfWriter,
): void {
  writer.writeTag(1, 0);
  writer.writeVarint(rejected);
  writer.writeTag(2, 2);
  writer.writeString(message);
}

function respond(
  encoding: BodyEncoding,
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const bytes = typeof body === "string" ? body : Uint8Array.from(body);
  return new Response(bytes, { status, headers: { ...headers, "content-type": MEDIA_TYPES[encoding] } });
}
