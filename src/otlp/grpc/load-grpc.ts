import { ConfigError } from "../../errors.js";

export type Grpc = typeof import("@grpc/grpc-js");

/** The package is an optional peer: who takes no gRPC needs none. @throws ConfigError where it is not installed */
export async function loadGrpc(): Promise<Grpc> {
  try {
    return await import("@grpc/grpc-js");
  } catch {
    throw new ConfigError([
      "OTLP/gRPC needs the package @grpc/grpc-js: npm install @grpc/grpc-js, or unset AGENT_ACTIONS_OTLP_GRPC_PORT",
    ]);
  }
}
