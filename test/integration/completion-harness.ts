import { withAncestors } from "../../exporter/correlate/span-ancestors.js";
import { type ExporterOptions, KafkaActionExporter } from "../../exporter/index.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import { createTransform } from "../../exporter/read/transform.js";
import type { ActionEvent } from "../../src/event/index.js";
import { until } from "../helpers/until.js";
import type { ConsumerHarness } from "./consumer-harness.js";

/** What of a row is joined from the spans around the action. */
export interface Joined {
  readonly id: string;
  readonly agent_name: string;
  readonly session_id: string | null;
  readonly correlation_id: string;
  readonly correlation_text: string | null;
  readonly parent_action_id: string | null;
}

/**
 * What is to be in the table: each span's event with all spans around it known, and the nearest action among those.
 *
 * @param isAction which of them are actions at all
 */
export function wantedRows(
  spans: readonly ReadableSpan[],
  isStored?: (id: string) => boolean,
): readonly Joined[] {
  const transform = createTransform();
  const actionIn = (span: ReadableSpan, ancestors: readonly ReadableSpan[]): ActionEvent | undefined => {
    const transformed = transform(span, { ancestors });
    const isAction = transformed.outcome === "event" && transformed.kind === "action";
    const event = isAction ? (transformed.event as ActionEvent) : undefined;
    return isStored === undefined || isStored(event?.id ?? "") ? event : undefined;
  };
  const all = withAncestors(spans).map(({ span, ancestors }) => ({
    span,
    ancestors,
    event: actionIn(span, ancestors),
  }));
  // A run inside its twin is no action beside it, and is one for an exporter that has not seen the other yet.
  const events = new Map(
    all.map(({ span, event }) => [span, event ?? (isStored && actionIn(span, []))] as const),
  );
  return all.flatMap(({ ancestors, event }) => {
    if (event === undefined) return [];
    const parent = ancestors.map((ancestor) => events.get(ancestor)).find((around) => around !== undefined);
    return [
      {
        id: event.id ?? "",
        agent_name: event.agent_name,
        session_id: event.session_id ?? null,
        correlation_id: event.correlation_id ?? "",
        correlation_text: event.correlation_text ?? null,
        parent_action_id: parent?.id ?? null,
      },
    ];
  });
}

export async function storedRows(harness: ConsumerHarness): Promise<Joined[]> {
  return harness.query<Joined & Record<string, unknown>>(
    `select id, agent_name, session_id, correlation_id, correlation_text, parent_action_id
     from agent_actions order by id`,
  );
}

/** Rows that wait for a span. */
export async function waitingRows(harness: ConsumerHarness): Promise<number> {
  const [row] = await harness.query<{ waiting: number }>(
    "select count(*)::int as waiting from agent_actions where unresolved_parent_span_id is not null or inferred_fields is not null",
  );
  return row?.waiting ?? 0;
}

export function exporterOn(
  harness: ConsumerHarness,
  brokers: string,
  options: ExporterOptions = {},
): KafkaActionExporter {
  return new KafkaActionExporter({
    brokers,
    topics: harness.topics,
    flushOnExit: false,
    lingerMillis: 1,
    ...options,
  });
}

/** Exports the spans in parts of these sizes, again and again, until none is left. */
export async function exportInParts(
  exporter: KafkaActionExporter,
  spans: readonly ReadableSpan[],
  sizes: readonly number[],
): Promise<void> {
  let left = [...spans];
  for (let part = 0; left.length > 0; part++) {
    const size = sizes[part % sizes.length] ?? 1;
    const batch = left.slice(0, size);
    left = left.slice(size);
    exporter.export(batch, () => undefined);
  }
  await exporter.forceFlush();
}

/** Until everything that stands in the topics is in the tables. */
export async function untilStored(harness: ConsumerHarness, rows: number, facts: number): Promise<void> {
  await until(
    async () =>
      (await harness.count("agent_actions")) >= rows &&
      (await harness.count("agent_action_span_attributions")) >= facts,
  );
}
