import { expect, test } from "vitest";
import { prometheusText } from "../../../src/http/metrics-format.js";

test("labels and help texts are escaped", () => {
  const text = prometheusText(
    [
      {
        name: "lag",
        help: 'Back\\slash and\nnew line, not "quotes".',
        type: "gauge",
        samples: [{ labels: { topic: 'a"b\\c\nd' }, value: 1.5 }],
      },
    ],
    "prometheus",
  );
  expect(text).toBe(
    [
      '# HELP lag Back\\\\slash and\\nnew line, not "quotes".',
      "# TYPE lag gauge",
      'lag{topic="a\\"b\\\\c\\nd"} 1.5',
      "",
    ].join("\n"),
  );
});

test("a histogram has growing buckets, one of them without end, a sum and a count", () => {
  const buckets = [
    { le: 0.1, count: 2 },
    { le: 1, count: 5 },
  ];
  const text = prometheusText(
    [{ name: "took_seconds", help: "h", type: "histogram", samples: [{ value: 7.25, count: 6, buckets }] }],
    "prometheus",
  );
  expect(text.split("\n").slice(1, -1)).toEqual([
    "# TYPE took_seconds histogram",
    'took_seconds_bucket{le="0.1"} 2',
    'took_seconds_bucket{le="1"} 5',
    'took_seconds_bucket{le="+Inf"} 6',
    "took_seconds_sum 7.25",
    "took_seconds_count 6",
  ]);
});

test("a family without samples still says what it is", () => {
  const family = { name: "commit", help: "h", type: "gauge", samples: [] } as const;
  expect(prometheusText([family], "prometheus")).toBe("# HELP commit h\n# TYPE commit gauge\n");
});
