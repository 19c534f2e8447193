import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import { readOtlpJson } from "../../exporter/span-files/otlp-spans.js";
import { allCaptures } from "../../test/helpers/captures.js";

const FOLDER = fileURLToPath(new URL("../../test/fixtures/spans", import.meta.url));

/** Spans as frameworks wrote them, of all recordings of one dialect, in the order of the files. */
export interface Recording {
  /** As events name it: `langfuse`. */
  readonly dialect: string;
  readonly spans: readonly ReadableSpan[];
}

/** The recordings of the tests by dialect, the largest first. */
export async function recordings(): Promise<readonly Recording[]> {
  const byDialect = new Map<string, ReadableSpan[]>();
  for (const { file, source } of await allCaptures()) {
    const spans = byDialect.get(source) ?? [];
    byDialect.set(source, spans);
    spans.push(...readOtlpJson(readFileSync(`${FOLDER}/${file}.otlp.json`, "utf8")).map(({ span }) => span));
  }
  return [...byDialect]
    .map(([dialect, spans]) => ({ dialect, spans }))
    .sort((one, other) => other.spans.length - one.spans.length);
}

/** The same spans in traces of their own, so that nothing takes a call for one that it has seen. */
export function copyOf(spans: readonly ReadableSpan[], copy: number): readonly ReadableSpan[] {
  const mark = copy.toString(16).padStart(8, "0");
  const moved = <Ids extends { readonly traceId: string; readonly spanId: string }>(ids: Ids): Ids => ({
    ...ids,
    traceId: mark + ids.traceId.slice(8),
    spanId: mark + ids.spanId.slice(8),
  });
  return spans.map((span) => {
    const context = moved(span.spanContext());
    const { parentSpanContext: parent } = span;
    return { ...span, spanContext: () => context, ...(parent && { parentSpanContext: moved(parent) }) };
  });
}

/** What an agent's process would see: starts and ends by their time. */
export function inOrder(
  spans: readonly ReadableSpan[],
): readonly (readonly ["start" | "end", ReadableSpan])[] {
  const nanos = ([seconds, rest]: readonly [number, number]): bigint =>
    BigInt(seconds) * 1_000_000_000n + BigInt(rest);
  return spans
    .flatMap((span, index) => [
      { at: nanos(span.startTime), rank: 0, index, step: ["start", span] as const },
      // Of two that end at once the inner one ends first, which began later.
      { at: nanos(span.endTime), rank: 1, index: -index, step: ["end", span] as const },
    ])
    .sort((one, other) => Number(one.at - other.at) || one.rank - other.rank || one.index - other.index)
    .map(({ step }) => step);
}
