/**
 * The statuses of OTLP/gRPC. Senders repeat `UNAVAILABLE`, and wait as long as `RetryInfo` says; `RESOURCE_EXHAUSTED` without it means
 * "do not repeat", which would be a loss. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling
 */
import type { Metadata } from "@grpc/grpc-js";
import { PbfWriter } from "pbf";
import type { AccessRefusal } from "../../access/refusal.js";
import type { Rejection } from "../otlp-stats.js";
import type { IntakeRefusal } from "../signal-intake.js";
import type { Grpc } from "./load-grpc.js";

/** As grpc-js takes it. */
interface CallStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** `google.rpc.Code` of what is never to be repeated. */
const CODES = {
  unreadable: 3,
  refused: 3,
  malformed: 3,
  unsupported: 12,
  unauthorized: 16,
  too_large: 8,
  quota: 14,
  timeout: 14,
  busy: 14,
  unavailable: 14,
} as const satisfies Record<Rejection, number>;

const PERMISSION_DENIED = 7;

export function refusalStatus(grpc: Grpc, { reason, message, retrySeconds }: IntakeRefusal): CallStatus {
  const code = CODES[reason];
  if (retrySeconds === undefined) return { code, details: message };
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(statusWithRetry(code, message, retrySeconds)));
  return { code, details: message, metadata };
}

export const accessStatus = ({ status, message }: AccessRefusal): CallStatus => ({
  code: status === 401 ? CODES.unauthorized : PERMISSION_DENIED,
  details: message,
});

/** `google.rpc.Status` with `google.rpc.RetryInfo`. */
function statusWithRetry(code: number, message: string, seconds: number): Uint8Array {
  const writer = new PbfWriter();
  writer.writeTag(1, 0);
  writer.writeVarint(code);
  text(2, message, writer);
  writer.writeMessage(3, writeAny, seconds);
  return writer.finish();
}

function writeAny(seconds: number, writer: PbfWriter): void {
  text(1, "type.googleapis.com/google.rpc.RetryInfo", writer);
  writer.writeMessage(2, writeRetryInfo, seconds);
}

function writeRetryInfo(seconds: number, writer: PbfWriter): void {
  writer.writeMessage(1, writeDuration, seconds);
}

function writeDuration(seconds: number, writer: PbfWriter): void {
  writer.writeTag(1, 0);
  writer.writeVarint(seconds);
}

function text(tag: number, value: string, writer: PbfWriter): void {
  writer.writeTag(tag, 2);
  writer.writeString(value);
}
