import type pg from "pg";
import { type ChangeCursor, type Changes, latestChangeCursor, readChanges } from "../store/change-feed.js";
import { inTransaction } from "../store/on-connection.js";
import { storeFailure } from "../store/store-failure.js";

/** The database as the API reads and writes it. Everything throws `StoreError`. */
export interface Database {
  /** The rows of one statement, which can change nothing. */
  read<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Several statements that see the same rows. */
  readAll<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result>;
  write<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** As of `src/store/change-feed.ts`. */
  latestChangeCursor(): Promise<ChangeCursor>;
  /** Throws `ChangeCursorLost` too. */
  readChanges(cursor: ChangeCursor, limit: number, until?: ChangeCursor): Promise<Changes>;
}

// JIT compilation of a plan over many partitions takes longer than most of these queries.
const READ_ONLY = "set transaction isolation level repeatable read, read only; set local jit = off";

/** @param pool with the API's own limits: one that the consumer does not wait for */
export function createApiDatabase(pool: pg.Pool): Database {
  async function readAll<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    return asStoreError(
      inTransaction(pool, async (client) => {
        await client.query(READ_ONLY);
        return work(client);
      }),
    );
  }
  return {
    latestChangeCursor: () => latestChangeCursor(pool),
    readChanges: (cursor, limit, until) => readChanges(pool, cursor, limit, until),
    readAll,
    read: (text, values = []) => readAll(async (client) => (await client.query(text, [...values])).rows),
    write: (text, values = []) =>
      asStoreError(inTransaction(pool, async (client) => (await client.query(text, [...values])).rows)),
  };
}

async function asStoreError<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Error && error.name === "Problem" ? error : storeFailure(error);
  }
}
