import type { Report } from "./measured-agent.js";
import { readBack } from "./read-back.js";
import type { Surroundings } from "./subject.js";
import { KAFKA_VARIANTS, MAY_DROP, type Variant } from "./variants.js";

/**
 * How many actions did not arrive. What was acknowledged by Kafka is read back and has to be there, each once, and only
 * the SDK's batch processor may lose any: everything else throws.
 */
export async function countLost(
  variant: Variant,
  { arrived }: Report,
  actions: number,
  { bootstrapServers, topic }: Surroundings,
): Promise<number> {
  if (arrived === undefined) return 0;
  if (!MAY_DROP.has(variant)) expectCount(variant, "acknowledged", arrived, actions);
  if (KAFKA_VARIANTS.has(variant)) {
    const { records, distinctIds } = await readBack(bootstrapServers.split(","), topic);
    expectCount(variant, "read back from Kafka", records, arrived);
    expectCount(variant, "different ids read back", distinctIds, arrived);
  }
  return actions - arrived;
}

function expectCount(variant: Variant, what: string, count: number, expected: number): void {
  if (count !== expected) throw new Error(`${variant}: ${count} ${what} instead of ${expected}.`);
}
