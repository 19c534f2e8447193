const CODES = ["UNSET", "OK", "ERROR"];

/**
 * The status of a span as OpenTelemetry's API counts it, 0 to 2, whatever wrote it: a number, also as text, or its name in any case, with or
 * without that of its type: `STATUS_CODE_ERROR`, `StatusCode.ERROR`, `Error`. What is none of them is unset.
 */
export function statusCodeOf(value: unknown): number {
  const text = typeof value === "number" || typeof value === "string" ? String(value).trim() : "";
  if (/^[0-2]$/.test(text)) return Number(text);
  return Math.max(CODES.indexOf(text.toUpperCase().replace(/^(?:STATUS_?CODE[_.]|STATUS[_.])/, "")), 0);
}
