import type { LogRecord } from "../../exporter/read/logs/log-record.js";

/** An event of a log record that no dialect knows, and the version of the program that wrote it. */
export interface UnknownEvent {
  /** `unnamed`: a record of a program that writes no events. */
  readonly event: string;
  /** `service.name`, else the scope; empty where neither is said. */
  readonly program: string;
  /** `service.version`, else that of the scope; empty where neither is said. */
  readonly version: string;
}

export interface UnknownEventCount extends UnknownEvent {
  readonly count: number;
}

/** Names are the senders' own, so they are bounded: more of them are counted together, under this name. */
export const OTHER_EVENTS = "other";
const MAX_UNKNOWN_EVENTS = 100;
const MAX_CHARS = 100;
const WITHOUT_NAME = "unnamed";

export function unknownEvent(
  { resource, scope }: Pick<LogRecord, "resource" | "scope">,
  name: string | undefined,
): UnknownEvent {
  const text = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" ? value.slice(0, MAX_CHARS) : undefined;
  return {
    event: name ?? WITHOUT_NAME,
    program: text(resource["service.name"]) ?? text(scope.name) ?? "",
    version: text(resource["service.version"]) ?? text(scope.version) ?? "",
  };
}

/** How often each came. */
export class UnknownEvents {
  readonly #counts = new Map<string, UnknownEventCount>();
  readonly #onNew: (event: UnknownEvent) => void;

  /** @param onNew is told of each event once, but not of those without a name, nor of those that are counted together */
  constructor(onNew: (event: UnknownEvent) => void) {
    this.#onNew = onNew;
  }

  count(unknown: UnknownEvent): void {
    const key = JSON.stringify([unknown.event, unknown.program, unknown.version]);
    const isOver = !this.#counts.has(key) && this.#counts.size >= MAX_UNKNOWN_EVENTS;
    if (isOver) {
      this.#add(OTHER_EVENTS, { event: OTHER_EVENTS, program: "", version: "" });
      return;
    }
    const isNew = !this.#counts.has(key);
    this.#add(key, unknown);
    if (isNew && unknown.event !== WITHOUT_NAME) this.#onNew(unknown);
  }

  #add(key: string, { event, program, version }: UnknownEvent): void {
    this.#counts.set(key, { event, program, version, count: (this.#counts.get(key)?.count ?? 0) + 1 });
  }

  snapshot(): readonly UnknownEventCount[] {
    return [...this.#counts.values()];
  }
}
