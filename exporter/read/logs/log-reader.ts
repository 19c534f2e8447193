import { diag } from "@opentelemetry/api";
import { DEFAULT_SENDER, type EventKind, type EventOfKind } from "../../../src/event/index.js";
import { describeError } from "../../../src/internal/describe-error.js";
import { textAt } from "../dialects/common/attributes.js";
import { ReportReader } from "../reports/report-reader.js";
import type { ReadableSpan } from "../sdk-types.js";
import type { TransformOptions } from "../transform.js";
import { eventNames } from "./event-names.js";
import { LOG_DIALECTS } from "./index.js";
import type { LogDialect } from "./log-dialect.js";
import type { LogRecord } from "./log-record.js";

/** What becomes of a log record. */
export type LogOutcome =
  | {
      readonly outcome: "event";
      readonly kind: EventKind;
      readonly event: EventOfKind[EventKind];
      readonly dialect: string;
    }
  /** What belongs into a span, to be correlated with those of its trace. */
  | { readonly outcome: "span_part"; readonly span: ReadableSpan }
  /** It says nothing that an agent did, or cannot be read. */
  | { readonly outcome: "ignored"; readonly reason: string }
  /** No dialect knows the event. */
  | { readonly outcome: "unknown"; readonly eventName: string | undefined };

/** The event's name without the dialect's prefix; `undefined` where it is none of the dialect's. */
function eventOf({ prefix, others }: LogDialect, name: string): string | undefined {
  if (name.startsWith(prefix)) return name.slice(prefix.length);
  return others?.includes(name) ? name : undefined;
}

/** Reads log records with an exporter's options. Total: whatever a record holds, nothing is thrown. */
export class LogReader {
  readonly #reports: ReportReader;
  readonly #dialects: readonly LogDialect[];
  readonly #reported = new Set<LogDialect>();
  #errors = 0;

  constructor(options: TransformOptions = {}, dialects: readonly LogDialect[] = LOG_DIALECTS) {
    this.#reports = new ReportReader(options);
    this.#dialects = dialects;
  }

  /** How often a dialect threw. */
  get dialectErrors(): number {
    return this.#errors;
  }

  /** @param sender whose record it is, by our own knowledge */
  read(record: LogRecord, sender: string = DEFAULT_SENDER): LogOutcome {
    const names = eventNames(record);
    for (const name of names)
      for (const dialect of this.#dialects) {
        const event = eventOf(dialect, name);
        if (event === undefined) continue;
        const outcome = this.#readBy(dialect, record, event, sender);
        if (outcome !== undefined) return outcome;
      }
    return this.#readByProgram(record, names, sender) ?? { outcome: "unknown", eventName: names[0] };
  }

  // A name without a prefix is the program's own where its scope or its service says which program it is: somebody on the way has
  // taken the body out, in which the whole name stood.
  #readByProgram(record: LogRecord, names: readonly string[], sender: string): LogOutcome | undefined {
    const program = `${record.scope.name} ${textAt(record.resource, "service.name") ?? ""}`.replaceAll(
      "-",
      "_",
    );
    for (const name of names.filter((bare) => !bare.includes(".")))
      for (const dialect of this.#dialects) {
        const stem = dialect.prefix.replace(/\.$/, "").replaceAll("-", "_");
        const outcome =
          stem !== "" && program.includes(stem) ? this.#readBy(dialect, record, name, sender) : undefined;
        if (outcome !== undefined) return outcome;
      }
    return undefined;
  }

  #readBy(dialect: LogDialect, record: LogRecord, event: string, sender: string): LogOutcome | undefined {
    try {
      const reading = dialect.read(record, event);
      if (reading === undefined) return undefined;
      if (reading.is === "ignored") return { outcome: "ignored", reason: reading.reason };
      if (reading.is === "span_part") return { outcome: "span_part", span: reading.span };
      const made = this.#reports.event(reading, dialect.name, sender);
      return made.outcome === "event" ? made : { outcome: "ignored", reason: made.reason };
    } catch (error) {
      return { outcome: "ignored", reason: this.#count(dialect, error) };
    }
  }

  #count(dialect: LogDialect, error: unknown): string {
    this.#errors++;
    const { type, message } = describeError(error);
    if (!this.#reported.has(dialect)) {
      this.#reported.add(dialect);
      diag
        .createComponentLogger({ namespace: "otel-agent-actions" })
        .warn(
          `The log dialect "${dialect.name}" threw ${type}: ${message}. Further errors of it are only counted, as dialectErrors.`,
        );
    }
    return `the record cannot be read: ${type}`;
  }
}
