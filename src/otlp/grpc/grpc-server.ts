/**
 * OTLP/gRPC: the services of traces, logs and metrics, each with one method. The bytes of a request go to the same reader as those of OTLP/HTTP; no
 * message is decoded here. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
 */
import type { Logger } from "pino";
import type { Access } from "../../access/authorize.js";
import type { OtlpSettings } from "../../config/otlp-settings.js";
import { ConfigError } from "../../errors.js";
import { describeError } from "../../internal/describe-error.js";
import { settlesWithin } from "../../internal/settles-within.js";
import { exportResponse } from "../http/responses.js";
import type { OtlpStats } from "../otlp-stats.js";
import type { SignalIntake, SignalName } from "../signal-intake.js";
import { CallGate } from "./call-gate.js";
import { refusalStatus } from "./grpc-status.js";
import { type Grpc, loadGrpc } from "./load-grpc.js";

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly settings: OtlpSettings;
  readonly intakes: Readonly<Record<SignalName, SignalIntake>>;
  readonly access: Access;
  readonly stats: OtlpStats;
  readonly log: Logger;
}

export interface GrpcServer {
  readonly port: number;
  /** Takes no more calls, and ends those that are under way after so long. Never rejects. */
  stop(millis: number): Promise<void>;
}

const SERVICES = {
  traces: "opentelemetry.proto.collector.trace.v1.TraceService",
  logs: "opentelemetry.proto.collector.logs.v1.LogsService",
  metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService",
} as const satisfies Record<SignalName, string>;

/** @throws ConfigError where the package is missing or the port is taken */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const grpc = await loadGrpc();
  const { settings, host, port } = options;
  const gate = new CallGate({ grpc, ...options });
  const server = new grpc.Server({
    interceptors: [gate.interceptor],
    // Of the decompressed message; what grpc-js has by itself is 4 MiB.
    "grpc.max_receive_message_length": settings.maxDecodedBytes,
    "grpc.max_concurrent_streams": settings.maxRequests,
  });
  for (const signal of Object.keys(SERVICES) as SignalName[])
    server.addService(definitionOf(signal), { export: handlerOf(grpc, gate, signal, options) });
  const bound = await new Promise<number>((resolve, reject) => {
    const address = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, given) => {
      if (error === null) resolve(given);
      else reject(new ConfigError([`OTLP/gRPC cannot listen at ${address}: ${error.message}`]));
    });
  });
  return {
    port: bound,
    async stop(millis) {
      const ended = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      if (!(await settlesWithin(ended, millis))) server.forceShutdown();
    },
  };
}

const asIs = (bytes: Buffer): Buffer => bytes;

const definitionOf = (signal: SignalName) => ({
  export: {
    path: `/${SERVICES[signal]}/Export`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
});

type Handler = import("@grpc/grpc-js").handleUnaryCall<Buffer, Buffer>;

function handlerOf(
  grpc: Grpc,
  gate: CallGate,
  signal: SignalName,
  { intakes, stats, log }: GrpcServerOptions,
): Handler {
  return ({ request, metadata }, callback) => {
    const work = async (): Promise<void> => {
      const caller = gate.callerOf(metadata);
      if (caller === undefined) throw new Error("a call that nobody let in");
      const outcome = await intakes[signal](request, "protobuf", caller);
      if (outcome.taken) callback(null, Buffer.from(exportResponse(outcome.rejected, outcome.message)));
      else callback(refusalStatus(grpc, outcome));
    };
    work().catch((error: unknown) => {
      stats.rejected("unavailable");
      log.warn({ error: describeError(error).type }, "an OTLP/gRPC request failed with an unexpected error");
      callback({ code: grpc.status.INTERNAL, details: "the request could not be worked on" });
    });
  };
}
