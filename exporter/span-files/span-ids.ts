import { createHash } from "node:crypto";

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/** An id of a trace in 32 hex digits: of hex digits, shorter ones too, of a UUID, or made of any other text. */
export const traceIdOf = (value: unknown): string | undefined => hexOf(value, TRACE_DIGITS);

/** An id of a span in 16 hex digits; a UUID and any other text become a name of it. */
export const spanIdOf = (value: unknown): string | undefined => hexOf(value, SPAN_DIGITS);

/** Whether an id is one of OpenTelemetry's, or a UUID, which is a trace id in another form. */
export const isTraceId = (text: string): boolean =>
  /^(?:0x)?[0-9a-f]{16}(?:[0-9a-f]{16})?$/i.test(text) || UUID.test(text);

/** The same of digits in decimal, as Python's integers are written. */
export function decimalId(value: unknown, digits: 16 | 32): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || !/^\d+$/.test(text)) return undefined;
  return present(BigInt(text).toString(16).padStart(digits, "0"));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function hexOf(value: unknown, digits: number): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const text = value.replace(/^0x/i, "").toLowerCase();
  if (/^[0-9a-f]+$/.test(text) && text.length <= digits) return present(text.padStart(digits, "0"));
  if (UUID.test(text) && digits === TRACE_DIGITS) return text.replaceAll("-", "");
  return createHash("sha256").update(value).digest("hex").slice(0, digits);
}

// All zeros say that there is none.
const present = (id: string): string | undefined => (/^0+$/.test(id) ? undefined : id);
