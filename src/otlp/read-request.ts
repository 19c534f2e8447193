import { parseJsonExactly } from "../../exporter/read/dialects/common/decode-json.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import { readSpan } from "../../exporter/span-files/otlp-span.js";
import { isPlainObject } from "../event/json.js";
import type { BodyEncoding } from "./http/media-type.js";
import { JsonTooLarge, MalformedJson, splitRequest } from "./json/split-request.js";
import { Pause } from "./pause.js";
import {
  MAX_GROUP_MESSAGES,
  MAX_MESSAGES,
  MAX_SPAN_MESSAGES,
  TraceRequestDecoder,
} from "./protobuf/decode-trace-request.js";
import { MalformedMessage, MessageTooLarge } from "./protobuf/wire-reader.js";

export type RequestReading =
  | {
      readonly ok: true;
      readonly spans: readonly ReadableSpan[];
      /** What of it cannot be read, a sentence each; the rest can. */
      readonly problems: readonly string[];
    }
  | { readonly ok: false; readonly problem: string; readonly tooLarge: boolean };

/** An attribute is two messages of protobuf, and four values of JSON. */
const JSON_LIMITS = {
  maxValues: 2 * MAX_MESSAGES,
  maxSpanValues: 2 * MAX_SPAN_MESSAGES,
  maxGroupValues: 2 * MAX_GROUP_MESSAGES,
};

/**
 * The spans of an `ExportTraceServiceRequest`. Never rejects. They are read one by one, and the process has a turn in between:
 * what is in a request, its sender decides.
 */
export async function readTraceRequest(
  bytes: Buffer,
  encoding: BodyEncoding,
  maxSpans: number,
): Promise<RequestReading> {
  const pause = new Pause();
  const spans: ReadableSpan[] = [];
  const problems: string[] = [];
  try {
    const source = encoding === "json" ? await jsonSource(bytes, pause) : protobufSource(bytes, maxSpans);
    for (const [index, group] of source.groups()) {
      for (const found of spansOfGroup(group, `resourceSpans[${index}]`, source)) {
        if (typeof found === "string") problems.push(found);
        else spans.push(found);
        if (spans.length + problems.length > maxSpans)
          return { ok: false, tooLarge: true, problem: `it has more than ${maxSpans} spans` };
        await pause.due();
      }
      await pause.due();
    }
    return { ok: true, spans, problems };
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
  /** The span that stands for itself in a group; `undefined` when it is too large. */
  span(reference: unknown): unknown;
}

async function jsonSource(bytes: Buffer, pause: Pause): Promise<RequestSource> {
  const { outer, groups, spans } = await splitRequest(bytes, JSON_LIMITS, pause);
  const document = parsed(outer);
  if (!isPlainObject(document)) throw new MalformedJson("it is not a JSON object");
  // A request without any is a request; protobuf does not write empty lists.
  const list = document.resourceSpans ?? [];
  if (!Array.isArray(list)) throw new MalformedJson("resourceSpans is not a list");
  return {
    *groups() {
      for (const [index, place] of list.entries()) yield [index, parsed(groups[place] ?? "null")];
    },
    span(place) {
      const range = spans[Number(place)];
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

function protobufSource(bytes: Buffer, maxSpans: number): RequestSource {
  const decoder = new TraceRequestDecoder(bytes, { maxSpans });
  return {
    groups: () => decoder.groups(),
    span: (span) => (span instanceof Uint8Array ? decoder.span(span) : span),
  };
}

/** The spans of one resource, and a sentence for each that cannot be read. */
function* spansOfGroup(
  group: unknown,
  place: string,
  source: RequestSource,
): Generator<ReadableSpan | string> {
  const members = isPlainObject(group) ? group : {};
  // Exporters of before 2022 called scopes libraries.
  const scopes = [members.scopeSpans, members.instrumentationLibrarySpans].find(Array.isArray);
  // Protobuf does not write empty lists, so an absent one says that there are none.
  if (scopes === undefined && (!isPlainObject(group) || members.scopeSpans !== undefined))
    yield `${place}: "scopeSpans" is not a list`;
  for (const [at, scoped] of scopes?.entries() ?? []) {
    const { spans = [], ...others } = isPlainObject(scoped) ? scoped : {};
    const scope = others.scope ?? others.instrumentationLibrary;
    if (!Array.isArray(spans)) yield `${place}.scopeSpans[${at}]: "spans" is not a list`;
    else
      for (const [number, reference] of spans.entries()) {
        const value = source.span(reference);
        const reading =
          value === undefined
            ? ({ ok: false, problem: "it has too many parts" } as const)
            : readSpan(value, members.resource, scope);
        yield reading.ok ? reading.span : `${place}.scopeSpans[${at}].spans[${number}]: ${reading.problem}`;
      }
  }
}
