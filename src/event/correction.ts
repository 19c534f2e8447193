/**
 * Kafka header of a record that was made of spans once more, to correct the row that an older version of this package made of them. Its
 * value is `true`. A header and no field: the event is the same whether it corrects or not.
 */
export const CORRECTION_HEADER = "mapping-correction";

const OWN_PRODUCER = /^otel-agent-actions@(\d{1,5})\.(\d{1,5})\.(\d{1,5})/;
const GREATEST = 99_999;

/**
 * The version in an event's `producer` as a text that is the less the newer it is, such as `99999.99998.99999` for 0.1.0; a version
 * before a release counts as that release. `undefined` for events of others, which no mapping of this package corrects.
 */
export function mappingRank(producer: unknown): string | undefined {
  const [, ...parts] = (typeof producer === "string" && OWN_PRODUCER.exec(producer)) || [];
  return parts.length === 0
    ? undefined
    : parts.map((part) => String(GREATEST - Number(part)).padStart(5, "0")).join(".");
}
