/**
 * Writes what a Python program's recorder kept (python_spans.py):
 *
 *     node test/capture/from-python.mjs <dump.json> <name>
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeOtlp } from "./write-otlp.mjs";

const [dump, name] = process.argv.slice(2);
const { dialect, libraries, python, spans } = JSON.parse(readFileSync(dump, "utf8"));

const steps = new Map();
const readable = spans.map((told) => {
  const span = {
    ...told,
    spanContext: () => ({ traceId: told.traceId, spanId: told.spanId }),
    resource: { attributes: told.resource },
    instrumentationScope: told.scope,
    links: [],
    status: { code: told.status.code, message: told.status.message ?? undefined },
  };
  steps.set(span, { start: told.steps[0], end: told.steps[1] });
  return span;
});

writeOtlp(
  join(import.meta.dirname, `../fixtures/spans/${name}.otlp.json`),
  { spans: readable, steps },
  {
    replace: [
      [/(?<=[\s"'\\(])\/[^\s"'\\]*?\/(?=(?:site-packages|lib\/python3)\/)/g, "/srv/app/"],
      [/(?<=File \\+")\/[^\s"'\\]*\/(?=[^/"\\]+\.py)/g, "/srv/app/"],
      [/\/tmp\/tmp[a-z0-9_]{8}/g, "/srv/app"],
      [/(127\.0\.0\.1|localhost):\d+/g, "127.0.0.1:8000"],
      [/("server\.port","value":\{"intValue":)\d+/g, "$18000"],
      [/(agentId\\*": ?\\*")[0-9a-f]{17}/g, "$1a1"],
      [/((?:totalDurationMs|durationMs)\\*": ?)\d+/g, "$11"],
      [/("gen_ai\.conversation\.id","value":\{"stringValue":")\d{30,}/g, "$1conversation-1"],
      [/(created_at\\*": ?)\d{10}(\.\d+)?/g, "$11767225600"],
      [/((?:duration|time_to_first_token)\\*": ?)[\d.e-]+/g, "$10.5"],
      [/datetime\.datetime\([\d, ]+,/g, "datetime.datetime(2026, 1, 1, 0, 0,"],
      [/\/[^\s"'\\]*?\/(?=python3\.\d+\/)/g, "/srv/app/"],
      [/cancel scope [0-9a-f]{12}/g, "cancel scope 0"],
      [/\bTask-\d+/g, "Task-1"],
      [/\btrace_[0-9a-f]{32}\b/g, "trace_0"],
      [/("langsmith\.metadata\.revision_id","value":\{"stringValue":")[^"]*/g, "$1r1"],
      [/(run_id\\*": ?\\*")[A-Za-z0-9]{10}(?=\\*")/g, "$1r1"],
      [/ at 0x[0-9a-f]{6,16}/g, " at 0x0"],
      [/\b[0-9a-f]{32}\b(?=[^"]*Interrupt)/g, "0"],
    ],
    manifest: { dialect, libraries, node: `python ${python}` },
  },
);
