import type { PipelineOptions } from "../../../exporter/deliver/delivery-options.js";
import type { ActionRecord } from "../../../exporter/deliver/serialize.js";
import { resolveExporterOptions } from "../../../exporter/resolve-exporter-options.js";
import type { EventKind } from "../../../src/event/index.js";

export function recordOf(
  name: string,
  { kind = "action", bytes = 0 }: { kind?: EventKind; bytes?: number } = {},
): ActionRecord {
  return { kind, key: "key", value: Buffer.from(name.padEnd(bytes, ".")), headers: {} };
}

export const nameOf = ({ value }: ActionRecord): string => value.toString().replace(/\.+$/, "");

/** Defaults, without a linger and without listeners on the test's process, but for what is given. */
export function optionsWith(overrides: Partial<PipelineOptions> = {}): PipelineOptions {
  return { ...resolveExporterOptions({ lingerMillis: 0, flushOnExit: false }, {}), ...overrides };
}
