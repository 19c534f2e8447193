import { createRequire } from "node:module";
import { UnavailableError } from "../framework/exit-codes.js";

const SDK = "@opentelemetry/sdk-trace-node";

/** The demo's agent records by the OpenTelemetry SDK, an optional peer: said before anything is started for nothing. */
export function requireTracingSdk(): void {
  try {
    createRequire(import.meta.url).resolve(SDK);
  } catch {
    throw new UnavailableError(`The demo's agent needs the OpenTelemetry SDK: npm install --save-dev ${SDK}`);
  }
}
