import { readFileSync } from "node:fs";

/** One rule of docs/prometheus-alerts.yml. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
}

/** What Prometheus would scrape: samples by name, with their labels as they are written. */
export type Scrape = ReadonlyMap<string, readonly { readonly labels: string; readonly value: number }[]>;

export function shippedAlerts(): AlertRule[] {
  const text = readFileSync("docs/prometheus-alerts.yml", "utf8");
  return [...text.matchAll(/- alert: (\w+)\n\s+expr: (.+)\n/g)].map(([, alert = "", expr = ""]) => ({
    alert,
    expr,
  }));
}

export function readScrape(text: string): Scrape {
  const samples = new Map<string, { labels: string; value: number }[]>();
  // A metric may have no sample at times: the lag of a consumer without partitions.
  for (const [, name = ""] of text.matchAll(/^# TYPE (\w+) /gm)) samples.set(name, []);
  for (const [, name = "", labels = "", value] of text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm))
    samples.set(name, [...(samples.get(name) ?? []), { labels, value: Number(value) }]);
  return samples;
}

/**
 * The alerts that fire, as `Name{labels}`, by the forms that the rules have: `absent(m)`, `increase(m[15m]) > n`, `sum(m) > n`,
 * `max by (label) (m) > n`, and what has grown. Any other form is an error. How long a rule waits (`for`) does not count.
 *
 * @param earlier of the same process, some time ago: what `increase` compares with
 */
export function firingAlerts(rules: readonly AlertRule[], now: Scrape, earlier: Scrape): string[] {
  return rules
    .flatMap(({ alert, expr }) => evaluate(expr, now, earlier).map((labels) => `${alert}{${labels}}`))
    .sort();
}

function evaluate(expr: string, now: Scrape, earlier: Scrape): string[] {
  const absent = /^absent\((\w+)\)$/.exec(expr);
  if (absent) return samplesOf(now, absent[1]).length > 0 ? [] : [""];
  const grown =
    /^sum\(increase\((\w+)\[15m\]\)\) > 0$/.exec(expr) ??
    /^max\((\w+)\) - min_over_time\(max\(\1\)\[1h:\]\) > 0$/.exec(expr);
  if (grown) return total(samplesOf(now, grown[1])) > total(samplesOf(earlier, grown[1])) ? [""] : [];
  const [, call = "", metric = "", limit] =
    /^(sum|max|max by \(\w+\) |increase)\((\w+)(?:\[15m\])?\) > (\d+)$/.exec(expr) ?? [];
  if (call === "") throw new Error(`a form of rule that is not known here: ${expr}`);
  const samples = samplesOf(now, metric);
  const above = (value: number) => value > Number(limit);
  if (call === "increase") {
    const before = new Map(samplesOf(earlier, metric).map(({ labels, value }) => [labels, value]));
    return samples
      .filter(({ labels, value }) => above(value - (before.get(labels) ?? 0)))
      .map(({ labels }) => labels);
  }
  if (call.startsWith("max by"))
    return samples.filter(({ value }) => above(value)).map(({ labels }) => labels);
  return above(call === "sum" ? total(samples) : Math.max(0, ...samples.map(({ value }) => value)))
    ? [""]
    : [];
}

type Samples = readonly { readonly labels: string; readonly value: number }[];

/** A metric may be absent at times, as in Prometheus; that each one exists is held by the test of the pages. */
const samplesOf = (scrape: Scrape, metric = ""): Samples => scrape.get(metric) ?? [];

const total = (samples: Samples): number => samples.reduce((sum, { value }) => sum + value, 0);
