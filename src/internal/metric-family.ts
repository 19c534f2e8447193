/** One metric with all its samples, in the terms of Prometheus. The modules that count make them; `src/http` writes them. */
export interface MetricFamily {
  /** Without the ending `_total` that counters get. */
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>;
  /** A histogram has its sum here. */
  readonly value: number;
  /** Only for a histogram: how many values were at most `le`, growing, and how many there were at all. */
  readonly buckets?: readonly { readonly le: number; readonly count: number }[];
  readonly count?: number;
}

/** Makers of metrics whose names begin with a prefix. A number is one sample without labels. */
export function metricsNamed(prefix: string) {
  const family =
    (type: MetricFamily["type"]) =>
    (name: string, help: string, values: number | readonly MetricSample[]): MetricFamily => ({
      name: prefix + name,
      help,
      type,
      samples: typeof values === "number" ? [{ value: values }] : values,
    });
  return { counter: family("counter"), gauge: family("gauge"), histogram: family("histogram") };
}
