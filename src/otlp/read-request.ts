import { parseJsonExactly } from "../../exporter/read/dialects/common/decode-json.js";
import type { LogRecord } from "../../exporter/read/logs/log-record.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import { readLogRecord } from "../../exporter/span-files/otlp-log-record.js";
import { readSpan } from "../../exporter/span-files/otlp-span.js";
import { isPlainObject } from "../event/json.js";
import type { BodyEncoding } from "./http/media-type.js";
import {
  JsonTooLarge,
  LOG_NAMES,
  MalformedJson,
  type SignalNames,
  splitRequest,
  TRACE_NAMES,
} from "./json/split-request.js";
import { Pause } from "./pause.js";
import {
  MAX_GROUP_MESSAGES,
  MAX_ITEM_MESSAGES,
  MAX_MESSAGES,
  RequestDecoder,
} from "./protobuf/decode-request.js";
import { LOG_MESSAGES } from "./protobuf/log-messages.js";
import type { SignalMessages } from "./protobuf/messages.js";
import { TRACE_MESSAGES } from "./protobuf/trace-messages.js";
import { MalformedMessage, MessageTooLarge } from "./protobuf/wire-reader.js";

export type RequestReading<Item> =
  | {
      readonly ok: true;
      readonly items: readonly Item[];
      /** What of it cannot be read, a sentence each; the rest can. */
      readonly problems: readonly string[];
    }
  | { readonly ok: false; readonly problem: string; readonly tooLarge: boolean };

/** What distinguishes the requests of one signal from those of another. */
export interface RequestFormat<Item> {
  readonly names: SignalNames;
  readonly messages: SignalMessages;
  readonly signal: "traces" | "logs";
  /** What the items are, in sentences. */
  readonly called: string;
  readonly requestName: string;
  read(value: unknown, resource: unknown, scope: unknown): Item | string;
}

/** `ExportTraceServiceRequest`. */
export const TRACE_REQUEST: RequestFormat<ReadableSpan> = {
  names: TRACE_NAMES,
  messages: TRACE_MESSAGES,
  signal: "traces",
  called: "spans",
  requestName: "ExportTraceServiceRequest",
  read(value, resource, scope) {
    const reading = readSpan(value, resource, scope);
    return reading.ok ? reading.span : reading.problem;
  },
};

/** `ExportLogsServiceRequest`. */
export const LOG_REQUEST: RequestFormat<LogRecord> = {
  names: LOG_NAMES,
  messages: LOG_MESSAGES,
  signal: "logs",
  called: "log records",
  requestName: "ExportLogsServiceRequest",
  read(value, resource, scope) {
    const reading = readLogRecord(value, resource, scope);
    return reading.ok ? reading.record : reading.problem;
  },
};

/** An attribute is two messages of protobuf, and four values of JSON. */
const JSON_LIMITS = {
  maxValues: 2 * MAX_MESSAGES,
  maxItemValues: 2 * MAX_ITEM_MESSAGES,
  maxGroupValues: 2 * MAX_GROUP_MESSAGES,
};

/**
 * The spans or log records of an export request. Never rejects. They are read one by one, and the process has a turn in between:
 * what is in a request, its sender decides.
 */
export async function readRequest<Item>(
  format: RequestFormat<Item>,
  bytes: Buffer,
  encoding: BodyEncoding,
  maxItems: number,
): Promise<RequestReading<Item>> {
  const pause = new Pause();
  const items: Item[] = [];
  const problems: string[] = [];
  const tooMany = {
    ok: false,
    tooLarge: true,
    problem: `it has more than ${maxItems} ${format.called}`,
  } as const;
  try {
    const source =
      encoding === "json"
        ? await jsonSource(bytes, format.names, pause)
        : protobufSource(bytes, format, maxItems);
    for (const [index, group] of source.groups()) {
      for (const found of itemsOfGroup(group, `${format.names.groups}[${index}]`, source, format)) {
        if (typeof found === "string") problems.push(found);
        else items.push(found.item);
        if (items.length + problems.length > maxItems) return tooMany;
        await pause.due();
      }
      await pause.due();
    }
    return { ok: true, items, problems };
  } catch (error) {
    const tooLarge = error instanceof JsonTooLarge || error instanceof MessageTooLarge;
    if (tooLarge || error instanceof MalformedJson || error instanceof MalformedMessage)
      return { ok: false, tooLarge, problem: error.message };
    throw error;
  }
}

/** A request that is read piece by piece. */
interface RequestSource {
  groups(): Iterable<readonly [index: number, group: unknown]>;
  /** The item that stands for itself in a group; `undefined` when it is too large. */
  item(reference: unknown): unknown;
}

async function jsonSource(bytes: Buffer, names: SignalNames, pause: Pause): Promise<RequestSource> {
  const { outer, groups, items } = await splitRequest(bytes, names, JSON_LIMITS, pause);
  const document = parsed(outer);
  if (!isPlainObject(document)) throw new MalformedJson("it is not a JSON object");
  // A request without any is a request; protobuf does not write empty lists.
  const list = document[names.groups] ?? [];
  if (!Array.isArray(list)) throw new MalformedJson(`${names.groups} is not a list`);
  return {
    *groups() {
      for (const [index, place] of list.entries()) yield [index, parsed(groups[place] ?? "null")];
    },
    item(place) {
      const range = items[Number(place)];
      return range && parsed(bytes.toString("utf8", ...range));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return parseJsonExactly(text);
  } catch {
    // The message of the parser quotes the text.
    throw new MalformedJson("it is not JSON");
  }
}

function protobufSource(
  bytes: Buffer,
  { messages, called }: RequestFormat<unknown>,
  maxItems: number,
): RequestSource {
  const decoder = new RequestDecoder(bytes, messages, { called, maxItems });
  return {
    groups: () => decoder.groups(),
    item: (item) => (item instanceof Uint8Array ? decoder.item(item) : item),
  };
}

/** The items of one resource, and a sentence for each that cannot be read. */
function* itemsOfGroup<Item>(
  group: unknown,
  place: string,
  source: RequestSource,
  { names, read }: RequestFormat<Item>,
): Generator<{ readonly item: Item } | string> {
  const members = isPlainObject(group) ? group : {};
  const [current = "", ...former] = names.scopes;
  const scopes = [current, ...former].map((name) => members[name]).find(Array.isArray);
  // Protobuf does not write empty lists, so an absent one says that there are none.
  if (scopes === undefined && (!isPlainObject(group) || members[current] !== undefined))
    yield `${place}: "${current}" is not a list`;
  for (const [at, scoped] of scopes?.entries() ?? []) {
    const others = isPlainObject(scoped) ? scoped : {};
    const { [names.items]: items = [] } = others;
    // Exporters of before 2022 called scopes libraries.
    const scope = others.scope ?? others.instrumentationLibrary;
    if (!Array.isArray(items)) yield `${place}.${current}[${at}]: "${names.items}" is not a list`;
    else
      for (const [number, reference] of items.entries()) {
        const value = source.item(reference);
        const found = value === undefined ? "it has too many parts" : read(value, members.resource, scope);
        yield typeof found === "string"
          ? `${place}.${current}[${at}].${names.items}[${number}]: ${found}`
          : { item: found };
      }
  }
}
