import type pg from "pg";
import { inTransaction } from "../on-connection.js";
import { storeFailure } from "../store-failure.js";

/** The rows of one statement. Throws `StoreError`. */
export async function runQuery<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    return (await inTransaction(pool, (client) => client.query<Row>(text, [...values]))).rows;
  } catch (error) {
    throw storeFailure(error);
  }
}
