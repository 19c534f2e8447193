/**
 * Metrics in the text formats that Prometheus reads: its own (version 0.0.4) and OpenMetrics 1.0. They differ in the
 * names of counters in the comments, and in the end mark.
 */
import type { MetricFamily, MetricSample } from "../internal/metric-family.js";

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
