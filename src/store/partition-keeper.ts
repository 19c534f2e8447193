import type pg from "pg";
import { inTransaction } from "./on-connection.js";
import { classifyFailure, sqlstateOf } from "./sqlstate.js";

/** Sees to it that the week of each action exists before its rows are written, the one of its file operation too. */
export interface PartitionKeeper {
  /**
   * @param createdAt ISO 8601 in UTC
   * Throws what Postgres throws, but for a lock that was not to be had and a right that was not granted: then the rows
   * land in the default partition, and move out of it when the week is made.
   */
  ensure(createdAt: Iterable<string>): Promise<void>;
}

/** Days are asked for again after this, because a week may have been dropped, and a far date may have come near. */
const KNOWN_FOR_MILLIS = 3_600_000;
const RETRY_AFTER_MILLIS = 60_000;
const MAX_KNOWN_DAYS = 10_000;
const WEEK_MILLIS = 7 * 24 * 3_600_000;

/** Asks Postgres once an hour and day, never once an event; and has next week's partition made while there is little traffic. */
export function createPartitionKeeper(pool: pg.Pool): PartitionKeeper {
  const knownUntil = new Map<string, number>();

  // Outside of the transaction that writes: whoever makes a partition waits for writers, and must hold nothing itself. Nor that of another table.
  const make = (table: string, day: string): Promise<boolean> =>
    inTransaction(pool, (client) =>
      client.query(`select ensure_${table}_partition($1)`, [`${day}T00:00:00Z`]),
    ).then(
      () => true,
      (error: unknown) => {
        if (!canWait(error)) throw error;
        return false;
      },
    );

  const ensureDay = async (day: string, now: number): Promise<void> => {
    let made = true;
    for (const table of ["agent_actions", "agent_file_operations"]) made = (await make(table, day)) && made;
    if (knownUntil.size >= MAX_KNOWN_DAYS) knownUntil.clear();
    knownUntil.set(day, now + (made ? KNOWN_FOR_MILLIS : RETRY_AFTER_MILLIS));
  };

  return {
    async ensure(createdAt) {
      const now = Date.now();
      const days = new Set([dayOf(new Date(now + WEEK_MILLIS).toISOString())]);
      for (const time of createdAt) days.add(dayOf(time));
      for (const day of days) if ((knownUntil.get(day) ?? 0) <= now) await ensureDay(day, now);
    },
  };
}

const dayOf = (iso: string): string => iso.slice(0, "2026-01-01".length);

// 55P03 lock_not_available: a long query reads the default partition. 42501 insufficient_privilege on the function.
const canWait = (error: unknown): boolean =>
  classifyFailure(error) === "contention" || ["55P03", "42501"].includes(sqlstateOf(error) ?? "");
