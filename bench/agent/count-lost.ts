import { type Arrived, checksumOf } from "./arrived.js";
import type { Report } from "./measured-agent.js";
import type { OtlpSink } from "./otlp-sink.js";
import { readBack } from "./read-back.js";
import type { Surroundings } from "./subject.js";
import { KAFKA_VARIANTS, MAY_DROP, OTLP_VARIANTS, type Variant } from "./variants.js";

/**
 * How many actions did not arrive. What was acknowledged is read back from Kafka, or from the sink, and has to be there, each once and as it was
 * recorded. Only the SDK's batch processor may lose any: everything else throws.
 */
export async function countLost(
  variant: Variant,
  { arrived }: Report,
  actions: number,
  { bootstrapServers, topic, payloadBytes }: Surroundings,
  sink: OtlpSink,
): Promise<number> {
  if (arrived === undefined) return 0;
  if (!MAY_DROP.has(variant)) expectCount(variant, "acknowledged", arrived, actions);
  if (KAFKA_VARIANTS.has(variant)) {
    const { arrived: read, distinctIds } = await readBack(bootstrapServers.split(","), topic, payloadBytes);
    expectSame(variant, read, arrived, actions, payloadBytes);
    expectCount(variant, "different ids read back", distinctIds, arrived);
  }
  if (!OTLP_VARIANTS.has(variant)) return actions - arrived;
  // The sink may have what the exporter gave up on, as an answer that was late.
  const read = await sink.arrived(payloadBytes);
  if (read.records < arrived) expectCount(variant, "read back", read.records, arrived);
  expectSame(variant, read, read.records, actions, payloadBytes);
  return actions - read.records;
}

function expectSame(
  variant: Variant,
  read: Arrived,
  arrived: number,
  actions: number,
  payloadBytes: number,
): void {
  expectCount(variant, "read back", read.records, arrived);
  expectCount(variant, "damaged", read.damaged, 0);
  expectCount(variant, "different actions read back", read.distinct, arrived);
  if (arrived === actions)
    expectCount(variant, "is the checksum", read.checksum, checksumOf(actions, payloadBytes));
}

function expectCount(variant: Variant, what: string, count: number, expected: number): void {
  if (count !== expected) throw new Error(`${variant}: ${count} ${what} instead of ${expected}.`);
}
