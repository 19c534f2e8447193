import { randomUUID } from "node:crypto";
import { isSpanContextValid, trace } from "@opentelemetry/api";
import { actionId, type EventKind, type EventOfKind, SCHEMA_VERSION } from "../../src/event/index.js";
import { parseTimestamp } from "../../src/event/timestamp.js";
import type { EventDefaults } from "../read/mapping/build-event.js";
import { PRODUCER } from "../read/mapping/producer.js";

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

type CamelCased<Event> = { [Name in keyof Event as CamelCase<Name & string>]: Event[Name] | undefined };

/** An event by the names of the contract (`agent_name`), or by the same names as TypeScript writes them (`agentName`). */
export type PublishedEvent<Kind extends EventKind> =
  | EventOfKind[Kind]
  | Partial<CamelCased<EventOfKind[Kind]>>;

/**
 * The event with all that has to be fixed before it is first sent, so that every repetition is the same event: its time, its
 * id, what ties it to its run (its correlation id, else the active trace, else a new one). What the caller said stays.
 */
export function publishedEvent(
  kind: EventKind,
  given: object,
  defaults: EventDefaults,
): Record<string, unknown> {
  const event = wireNamed(given);
  event.schema_version ??= SCHEMA_VERSION;
  event.producer ??= PRODUCER;
  event.timestamp ??= new Date().toISOString();
  if (kind === "action") completeAction(event, defaults);
  tieToRun(event, kind);
  const began = parseTimestamp(event.started_at) ?? parseTimestamp(event.timestamp);
  event.id ??= actionId(began?.epochMillis ?? Date.now(), `published:${randomUUID()}`);
  return event;
}

// What is undefined is left out, so that it counts as not said.
function wireNamed(given: object): Record<string, unknown> {
  const named = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]);
  return Object.fromEntries(named);
}

function completeAction(event: Record<string, unknown>, defaults: EventDefaults): void {
  event.agent_name ??= defaults.agentName;
  event.debug_mode ??= defaults.debugMode ?? true;
  event.project_path ??= defaults.projectPath;
  event.project_name ??= defaults.projectName;
  event.working_directory ??= defaults.workingDirectory;
}

function tieToRun(event: Record<string, unknown>, kind: EventKind): void {
  if (event.correlation_id !== undefined || event.trace_id !== undefined) return;
  const active = trace.getActiveSpan()?.spanContext();
  if (active === undefined || !isSpanContextValid(active)) {
    // What is said of a run has to name it: of a new one there is nothing to say.
    if (kind === "label" && event.action_id === undefined) return;
    event.correlation_id = randomUUID();
    return;
  }
  event.trace_id = active.traceId;
  if (kind === "action") event.parent_span_id ??= active.spanId;
}
