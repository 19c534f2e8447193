import { type Members, membersOf } from "../../tracing/tool-shapes/members.js";

/** Whether the AI SDK writes spans of its own for a call with these options. */
export type HasOwnTelemetry = (options: Members) => boolean;

/** Where version 7 keeps those that `registerTelemetry()` was given. */
const INTEGRATIONS = "AI_SDK_TELEMETRY_INTEGRATIONS";

/** What a call says of telemetry, under its name of today or the one before. */
export const telemetryOf = (options: Members): Members =>
  membersOf(options.telemetry ?? options.experimental_telemetry);

/** Up to version 6 it does when the call asks for it; version 7 when an integration is registered, unless the call forbids it. */
export function ownTelemetryOf(exports: Members): HasOwnTelemetry {
  return "registerTelemetry" in exports ? isReceived : (options) => telemetryOf(options).isEnabled === true;
}

function isReceived(options: Members): boolean {
  const { isEnabled, integrations } = telemetryOf(options);
  const receivers: unknown = integrations ?? Reflect.get(globalThis, INTEGRATIONS);
  return isEnabled !== false && [receivers ?? []].flat().length > 0;
}
