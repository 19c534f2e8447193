import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mapSpans } from "../../exporter/correlate/map-spans.js";
import type { Transformed } from "../../exporter/read/transform.js";
import { readOtlpJson } from "../../exporter/span-files/otlp-spans.js";
import type { ActionEvent } from "../../src/event/index.js";
import type { Capture } from "../captured/capture.js";
import type { PendingCapture } from "../captured/pending/shop.js";

const FOLDER = join(import.meta.dirname, "../captured/pending");

/** The captures of all modules in `test/captured/pending`, in the order of their files. */
export async function pendingCaptures(): Promise<readonly PendingCapture[]> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".ts") && name !== "shop.ts");
  const captures = names.sort().map(async (name) => {
    const module = (await import(pathToFileURL(join(FOLDER, name)).href)) as {
      CAPTURES?: readonly PendingCapture[];
    };
    if (module.CAPTURES === undefined) throw new Error(`test/captured/pending/${name} exports no CAPTURES`);
    return module.CAPTURES;
  });
  return (await Promise.all(captures)).flat();
}

export interface PendingAction {
  /** Of a span the first six digits of its id; of a call without one `call:<id of the call>`. */
  readonly id: string;
  readonly event: ActionEvent;
}

/** What becomes of a captured file as a program would send it: with the calls that only the models were told of. */
export function mapPending({ file, rows, options = {} }: Capture): {
  readonly spans: number;
  readonly actions: readonly PendingAction[];
} {
  const spans = readOtlpJson(readFileSync(`test/fixtures/spans/${file}.otlp.json`, "utf8"));
  const ids = new Set(spans.map(({ span }) => span.spanContext().spanId.slice(0, 6)));
  for (const [id] of rows)
    if (!id.startsWith("call:") && !ids.has(id)) throw new Error(`${file} has no span ${id}`);
  const mapped = mapSpans(spans, { captureContent: true, ...options });
  const actions = mapped.flatMap(({ span, transformed, isReportedOnly }) => {
    const event = eventOf(transformed);
    if (event === undefined) return [];
    const id = isReportedOnly ? `call:${event.tool_call_id}` : span.spanContext().spanId.slice(0, 6);
    return [{ id, event }];
  });
  return { spans: spans.length, actions };
}

function eventOf(transformed: Transformed | { readonly outcome: "deduplicated" }): ActionEvent | undefined {
  return transformed.outcome === "event" ? (transformed.event as ActionEvent) : undefined;
}
