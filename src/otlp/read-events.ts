import { isUtf8 } from "node:buffer";
import { type ActionRecord, serializeEvent } from "../../exporter/deliver/serialize.js";
import { createPlainRedactor } from "../../exporter/read/redaction/redactor.js";
import { type EventKind, type EventOrigin, validateEvent } from "../event/index.js";
import { isPlainObject } from "../event/json.js";
import { splitEvents } from "./json/split-events.js";
import { MalformedJson } from "./json/split-request.js";
import { Pause } from "./pause.js";

export interface RejectedEvent {
  /** Its place in the request. */
  readonly index: number;
  /** Sentences that name fields and types, never values. */
  readonly reasons: readonly string[];
}

export type EventsReading =
  | {
      readonly ok: true;
      readonly records: readonly ActionRecord[];
      /** The place in the request of each record. */
      readonly places: readonly number[];
      readonly rejected: readonly RejectedEvent[];
    }
  | { readonly ok: false; readonly problem: string; readonly tooLarge: boolean };

export interface ReadEventsOptions {
  readonly kind: EventKind;
  readonly maxEvents: number;
  readonly maxRecordBytes: number;
  /** Projects that the sender may send events of; `undefined` for all. */
  readonly projects: readonly string[] | undefined;
  /** Whose events they are, by our own knowledge. */
  readonly sender: string;
}

/** The validator asks where a record stood. What it finds wrong does not depend on that. */
const NOWHERE: EventOrigin = { topic: "", partition: 0, offset: "0", timestampMillis: 0 };
/** A record has a tenth of this: what is larger is cut, up to here. */
const MAX_EVENT_BYTES = 10_485_760;

const redact = createPlainRedactor();

/**
 * Records of the events of a body, as an agent's own publisher would send them: secrets are hidden, and one that breaks the contract is
 * named. An event that nothing is hidden in is sent as it was written, so that its numbers keep all their digits. Never rejects.
 */
export async function readEvents(bytes: Buffer, options: ReadEventsOptions): Promise<EventsReading> {
  const { maxEvents } = options;
  const pause = new Pause();
  const records: ActionRecord[] = [];
  const places: number[] = [];
  const rejected: RejectedEvent[] = [];
  try {
    if (!isUtf8(bytes)) throw new MalformedJson("it is not UTF-8");
    const ranges = await splitEvents(bytes, maxEvents, pause);
    if (ranges === undefined)
      return { ok: false, tooLarge: true, problem: `it has more than ${maxEvents} events` };
    for (const [index, [start, end]] of ranges.entries()) {
      const read =
        end - start > MAX_EVENT_BYTES
          ? [`it has more than ${MAX_EVENT_BYTES} bytes`]
          : readEvent(bytes.toString("utf8", start, end), options);
      if ("kind" in read) {
        records.push(read);
        places.push(index);
      } else rejected.push({ index, reasons: read });
      await pause.due();
    }
    return { ok: true, records, places, rejected };
  } catch (error) {
    if (error instanceof MalformedJson) return { ok: false, tooLarge: false, problem: error.message };
    throw error;
  }
}

/** The record of an event, or the reasons why there is none. */
function readEvent(
  text: string,
  { kind, maxRecordBytes, projects, sender }: ReadEventsOptions,
): ActionRecord | readonly string[] {
  const parsed = parse(text);
  if (parsed === undefined) return ["it is not JSON"];
  if (!isPlainObject(parsed.value)) return ["it has to be a JSON object"];
  const event = redact(parsed.value);
  const validated = validateEvent(kind, event, NOWHERE);
  if (!validated.valid) return validated.reasons;
  if (projects !== undefined && kind === "label")
    return ["a token for single projects labels by the API: POST /api/v1/runs/{run}/labels"];
  if (projects !== undefined && !isOfProject(validated.event, projects))
    return ["project_name or project_path has to be a project of the token"];
  const record = serializeEvent(kind, event, { maxRecordBytes, sender });
  const isAsWritten = event === parsed.value && Buffer.byteLength(text, "utf8") <= maxRecordBytes;
  return isAsWritten ? { ...record, value: Buffer.from(text, "utf8") } : record;
}

function isOfProject(event: object, projects: readonly string[]): boolean {
  const { project_name: name, project_path: path } = event as Readonly<Record<string, unknown>>;
  return projects.some((project) => project === name || project === path);
}

// The message of the parser quotes the text.
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
