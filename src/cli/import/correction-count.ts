import type { ActionRecord } from "../../../exporter/deliver/serialize.js";
import type { PostgresSettings } from "../../config/postgres-settings.js";
import { decode } from "../../consumer/decode.js";
import { CORRECTION_HEADER } from "../../event/index.js";
import { type Corrections, countCorrections } from "../../store/corrections.js";
import { createPool } from "../../store/pool.js";
import type { StorableEvent } from "../../store/stored-event.js";
import { formatCount } from "../format/values.js";

/** What `import --correct` changes, summed over all pieces of all files. */
export interface CorrectionCount {
  /** Compares events with the rows that are there, before they are sent. @throws what Postgres says */
  count(records: readonly ActionRecord[]): Promise<void>;
  readonly sum: Corrections;
  close(): Promise<void>;
}

export function openCorrectionCount(postgres: PostgresSettings): CorrectionCount {
  const pool = createPool({ ...postgres, maxConnections: 1 });
  let [found, corrected] = [0, 0];
  const fields = new Map<string, number>();
  return {
    async count(records) {
      const events = records.flatMap(storedAs);
      if (events.length === 0) return;
      const corrections = await countCorrections(pool, events);
      found += corrections.found;
      corrected += corrections.corrected;
      for (const [name, rows] of Object.entries(corrections.fields))
        fields.set(name, (fields.get(name) ?? 0) + rows);
    },
    get sum() {
      const byRows = [...fields].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
      return { found, corrected, fields: Object.fromEntries(byRows) };
    },
    close: () => pool.end(),
  };
}

/** What is said of them at the end. */
export function correctionLines({ found, corrected, fields }: Corrections, isDry: boolean): string[] {
  const rows = formatCount(corrected, "row");
  const line = `${rows} ${isDry ? "would be corrected" : "corrected"} of ${found} that ${found === 1 ? "is" : "are"} there already`;
  return [line, ...Object.entries(fields).map(([name, count]) => `  ${name}: ${count}`)];
}

// As the consumer reads it; its place in Kafka is not known yet, and is behind all that is stored.
function storedAs({ kind, value, headers }: ActionRecord): StorableEvent[] {
  if (kind !== "action") return [];
  const place = { topic: "~", partition: 0, offset: "0" };
  const decoded = decode(kind, { ...place, key: null, value, headers, timestampMillis: Date.now() });
  if (decoded.outcome !== "valid") return [];
  const record = { ...place, headers: { ...headers, [CORRECTION_HEADER]: "true" } };
  return [{ valid: decoded.event, text: decoded.text, record }];
}
