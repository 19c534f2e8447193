import { parseJsonExactly } from "../../exporter/read/dialects/common/decode-json.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import { spansOfDocument } from "../../exporter/span-files/otlp-spans.js";
import { isPlainObject } from "../event/json.js";
import type { BodyEncoding } from "./http/media-type.js";
import { decodeTraceRequest } from "./protobuf/decode-trace-request.js";

export type RequestReading =
  | {
      readonly ok: true;
      readonly spans: readonly ReadableSpan[];
      /** What of it cannot be read, a sentence each; the rest can. */
      readonly problems: readonly string[];
    }
  | { readonly ok: false; readonly problem: string; readonly tooLarge: boolean };

/** The spans of an `ExportTraceServiceRequest`. Never throws. */
export function readTraceRequest(bytes: Buffer, encoding: BodyEncoding, maxSpans: number): RequestReading {
  const decoded = encoding === "json" ? decodeJsonRequest(bytes) : decodeTraceRequest(bytes);
  if (!decoded.ok) return decoded;
  const { document } = decoded;
  const problems: string[] = [];
  // A request without any is a request; protobuf does not write empty lists.
  const groups = document.resourceSpans ?? [];
  if (!Array.isArray(groups)) return { ok: false, tooLarge: false, problem: "resourceSpans is not a list" };
  const spans = spansOfDocument({ resourceSpans: groups }, problems);
  if (spans.length + problems.length > maxSpans)
    return { ok: false, tooLarge: true, problem: `it has more than ${maxSpans} spans` };
  return { ok: true, spans, problems };
}

function decodeJsonRequest(bytes: Buffer): ReturnType<typeof decodeTraceRequest> {
  try {
    const document = parseJsonExactly(bytes.toString("utf8"));
    if (isPlainObject(document)) return { ok: true, document };
    return { ok: false, tooLarge: false, problem: "it is not a JSON object" };
  } catch {
    // The message of the parser quotes the text.
    return { ok: false, tooLarge: false, problem: "it is not JSON" };
  }
}
