import type { TextFormat } from "./prometheus-text.js";

const MEDIA_TYPES: Readonly<Record<string, TextFormat | "json">> = {
  "application/json": "json",
  "application/openmetrics-text": "openmetrics",
  "text/plain": "prometheus",
};

/**
 * In which form metrics are wanted: `?format=` decides, then what `Accept` prefers, by its quality values and then its
 * order (RFC 9110, section 12.5.1). JSON when neither says. `undefined`: a format that does not exist.
 */
export function wantedFormat(
  query: string | undefined,
  accept: string | undefined,
): TextFormat | "json" | undefined {
  if (query !== undefined)
    return ["json", "prometheus", "openmetrics"].includes(query) ? (query as TextFormat | "json") : undefined;
  const preferred = (accept ?? "")
    .split(",")
    .map(parseRange)
    .filter(({ type, quality }) => quality > 0 && type in MEDIA_TYPES)
    .sort((one, other) => other.quality - one.quality)[0];
  return preferred === undefined ? "json" : MEDIA_TYPES[preferred.type];
}

function parseRange(range: string): { readonly type: string; readonly quality: number } {
  const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, quality: Number.isNaN(quality) ? 0 : quality };
}
