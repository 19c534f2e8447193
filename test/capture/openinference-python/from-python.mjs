/**
 * Writes what the programs here recorded into test/fixtures/spans:
 *
 *     python3 -m venv env && env/bin/pip install -r requirements.txt
 *     env/bin/python pydantic_ai_app.py | node from-python.mjs      (and so on, for each `*_app.py`)
 */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { writeOtlp } from "../write-otlp.mjs";

const FIXTURES = join(import.meta.dirname, "../../fixtures/spans");

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.startsWith('{"file"')) continue;
  const { file, manifest, spans } = JSON.parse(line);
  writeOtlp(join(FIXTURES, `${file}.otlp.json`), spans.map(readable), {
    manifest,
    replace: [
      [import.meta.dirname, "/srv/app"],
      [/\/[^\s"'()]*?\/site-packages\//g, "/srv/app/site-packages/"],
      [/\/[^\s"'()]*?\/lib\/python3\.\d+\//g, "/usr/lib/python3/"],
      [/0x[0-9a-f]{8,}/g, "0x1"],
      [/(start_time|end_time|duration)=[\d.e-]+/g, "$1=1"],
      [/"intValue":\d{16,}/g, '"intValue":1'],
    ],
  });
}

function readable({ traceId, spanId, parentSpanId, start, end, resource, scope, events, ...span }) {
  const time = (nanos) => [Number(BigInt(nanos) / 1_000_000_000n), Number(BigInt(nanos) % 1_000_000_000n)];
  return {
    ...span,
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    parentSpanContext: parentSpanId ? { traceId, spanId: parentSpanId, traceFlags: 1 } : undefined,
    startTime: time(start),
    endTime: time(end),
    events: events.map((event) => ({ ...event, time: [0, 0] })),
    links: [],
    resource: { attributes: resource },
    instrumentationScope: scope,
  };
}
