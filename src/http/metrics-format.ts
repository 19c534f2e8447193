import type { MetricFamily, MetricSample } from "../internal/metric-family.js";

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

/**
 * Metrics in the text formats that Prometheus reads: its own (version 0.0.4) and OpenMetrics 1.0. They differ in the
 * names of counters in the comments, and in the end mark.
 */

export const TEXT_FORMATS = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
} as const;
export type TextFormat = keyof typeof TEXT_FORMATS;

export function prometheusText(families: readonly MetricFamily[], format: TextFormat): string {
  const lines = families.flatMap((family) => [
    `# HELP ${headline(family, format)} ${escapeHelp(family.help)}`,
    `# TYPE ${headline(family, format)} ${family.type}`,
    ...family.samples.flatMap((sample) => sampleLines(family, sample)),
  ]);
  if (format === "openmetrics") lines.push("# EOF");
  return `${lines.join("\n")}\n`;
}

// In OpenMetrics the family of a counter goes without the ending that its samples have.
const headline = ({ name, type }: MetricFamily, format: TextFormat): string =>
  type === "counter" && format === "prometheus" ? `${name}_total` : name;

function sampleLines(
  { name, type }: MetricFamily,
  { labels = {}, value, buckets, count }: MetricSample,
): string[] {
  if (type === "counter") return [line(`${name}_total`, labels, value)];
  if (type === "gauge") return [line(name, labels, value)];
  const total = count ?? 0;
  return [
    ...(buckets ?? []).map((bucket) =>
      line(`${name}_bucket`, { ...labels, le: String(bucket.le) }, bucket.count),
    ),
    line(`${name}_bucket`, { ...labels, le: "+Inf" }, total),
    line(`${name}_sum`, labels, value),
    line(`${name}_count`, labels, total),
  ];
}

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${numeral(value)}`;
}

function numeral(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

const escapeHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');
