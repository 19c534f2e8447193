/** Asks the rules that look now and then, each in a transaction of its own, and closes what is so no more. */
import type pg from "pg";
import type { RuleSettings } from "../config/alert-rules.js";
import type { StoreError } from "../errors.js";
import { inTransaction } from "../store/on-connection.js";
import { storeFailure } from "../store/store-failure.js";
import { isAtWork, lockRules } from "./claim.js";
import { createPeriodicRules } from "./rules/index.js";
import type { PeriodicRule, PipelineFacts } from "./rules/periodic-rule.js";
import { closeMissing, storeNotices } from "./store-notices.js";

export interface PeriodicOptions {
  readonly rules: RuleSettings;
  readonly pipeline: () => PipelineFacts;
  /** Called for a rule that cannot be asked; it is asked again later. */
  readonly onFailure: (rule: string, error: StoreError) => void;
}

/** What was found last and is not any more is over after so many looks: a figure near its bound does not open and close all the time. */
const LOOKS_TO_CLOSE = 2;
const MAX_BACKOFF = 64;

export class PeriodicRules {
  readonly #pool: pg.Pool;
  readonly #options: PeriodicOptions;
  readonly #rules = createPeriodicRules();
  readonly #due = new Map<string, { at: number; failures: number }>();

  constructor(pool: pg.Pool, options: PeriodicOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /** Asks what is due. Returns how many notices there are. Never throws for a single rule. */
  async turn(worker: string, now = performance.now()): Promise<number> {
    let count = 0;
    for (const { rule, every, find } of this.#rules) {
      const due = this.#due.get(rule) ?? { at: Number.NEGATIVE_INFINITY, failures: 0 };
      if (now < due.at || !this.#options.rules[rule].enabled) continue;
      try {
        count += await inTransaction(this.#pool, (client) => this.#ask(client, worker, rule, find, every));
        this.#due.set(rule, { at: now + every, failures: 0 });
      } catch (error) {
        const failures = due.failures + 1;
        this.#due.set(rule, { at: now + every * Math.min(2 ** failures, MAX_BACKOFF), failures });
        this.#options.onFailure(rule, storeFailure(error));
      }
    }
    return count;
  }

  async #ask(
    client: pg.PoolClient,
    worker: string,
    rule: string,
    find: PeriodicRule["find"],
    every: number,
  ): Promise<number> {
    if (!(await isAtWork(client, worker)) || !(await lockRules(client))) return 0;
    // JIT compilation takes longer than these queries do.
    await client.query("set local jit = off");
    const { rows } = await client.query<{ now: number }>(
      "select (extract(epoch from now()) * 1000)::float8 as now",
    );
    const now = rows[0]?.now ?? Date.now();
    const { rules: settings, pipeline } = this.#options;
    const notices = await find(client, { settings, pipeline: pipeline(), now });
    await storeNotices(client, notices);
    await closeMissing(client, rule, notices, (every * LOOKS_TO_CLOSE) / 1_000);
    return notices.length;
  }
}
