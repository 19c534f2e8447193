import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { PeriodicRules } from "../../src/notices/periodic-turn.js";
import type { PipelineFacts } from "../../src/notices/rules/periodic-rule.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, storable } from "./store-fixture.js";

export const MINUTE = 60_000;
export const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE).toISOString();

/** A database, and the rules that are asked now and then, whenever a test says so. */
export async function periodicRules() {
  const pool = await migratedPool();
  const writer = createBatchWriter(pool);
  const worker = randomUUID();
  const failures: string[] = [];
  let facts: PipelineFacts = { lag: 0, problems: [], deadLetters: 0, startedAt: Date.now() };
  let runs = 0;
  return {
    pool,
    /** What the service knows of its pipeline from here on. */
    know(changed: Partial<PipelineFacts>): void {
      facts = { ...facts, ...changed };
    },
    /** Asks every rule, whether it is due or not. Where a process works on notices, it has to be that one. */
    async look(by = worker): Promise<void> {
      const rules = new PeriodicRules(pool, {
        rules: DEFAULT_RULES,
        pipeline: () => facts,
        onFailure: (rule, error) => failures.push(`${rule}: ${error.message}`),
      });
      await rules.turn(by);
      expect(failures).toEqual([]);
    },
    async noticesOf(rule: string) {
      const { rows } = await pool.query<NoticeRow>(
        `select notice_id, kind, state, severity, title, agent_name, correlation_id, action_ids, evidence, expected, reopened
         from agent_actions_v1.notices where rule = $1 order by kind, began_at, title`,
        [rule],
      );
      return rows;
    },
    /** As if no rule had found it for a while. */
    later: () => pool.query("update agent_notices set changed_at = now() - interval '10 minutes'"),
    write: (kind: "action" | "execution", records: readonly object[]) =>
      writer.write(records.map((record) => storable(kind, record))),
    newRun: (): string => `01900000-0000-7000-8000-${String(++runs).padStart(12, "0")}`,
  };
}

export interface NoticeRow {
  readonly notice_id: string;
  readonly kind: string;
  readonly state: string;
  readonly severity: string;
  readonly title: string;
  readonly agent_name: string | null;
  readonly correlation_id: string | null;
  readonly action_ids: readonly string[];
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly expected: boolean;
  readonly reopened: number;
}
