/**
 * Several statements in one round trip: they are sent together and end with one Sync, so Postgres responds once. At some hundred records a second
 * the trips are what a transaction costs: each wakes a process on either side.
 *
 * Postgres runs them in order and none after one that failed.
 */
import pg from "pg";
import type { StatementValue } from "./tables/table.js";

export interface BoundStatement {
  /** Prepared under this name, once a connection; without one, anew each time. */
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: readonly StatementValue[];
}

const FAILED = new WeakMap<object, BoundStatement>();

/** The statement that Postgres has refused with this error. */
export const failedStatement = (error: unknown): BoundStatement | undefined =>
  typeof error === "object" && error !== null ? FAILED.get(error) : undefined;

/**
 * The rows of each statement. Rejects with what Postgres reports of the one that failed ({@link failedStatement}), or with what the client throws
 * where the connection ended.
 *
 * @param isPrepared whether statements with a name are kept prepared
 */
export function inOneTrip(
  client: pg.ClientBase,
  statements: readonly BoundStatement[],
  isPrepared: boolean,
): Promise<TripRows> {
  return new Promise((resolve, reject) => {
    client.query(
      new Trip(statements, isPrepared, (error, rows) =>
        error == null ? resolve(rows ?? []) : reject(error),
      ),
    );
  });
}

/** Rows by statement. */
export type TripRows = readonly (readonly pg.QueryResultRow[])[];

type Callback = (error: unknown, rows?: TripRows) => void;

/** The parts of pg's connection that a query of its own uses. */
interface Wire {
  readonly stream: { cork?(): void; uncork?(): void };
  readonly parsedStatements: Record<string, string>;
  parse(statement: { text: string; name: string }): void;
  bind(portal: { statement: string; values: readonly StatementValue[] }): void;
  describe(portal: { type: "P"; name: string }): void;
  execute(portal: { portal: string }): void;
  sync(): void;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** What pg asks of a query: `submit` writes it, the handlers are called with the messages of the response. */
class Trip implements pg.Submittable {
  /** pg puts its own around it, for its time limit. */
  callback: Callback;
  readonly statements: readonly BoundStatement[];
  readonly #isPrepared: boolean;
  readonly #rows: pg.QueryResultRow[][];
  /** The statement whose response comes. */
  #at = 0;
  #fields: readonly Field[] = [];

  constructor(statements: readonly BoundStatement[], isPrepared: boolean, callback: Callback) {
    this.statements = statements;
    this.#isPrepared = isPrepared;
    this.#rows = statements.map(() => []);
    this.callback = callback;
  }

  /** pg notes under it that the statement is prepared. */
  get name(): string | undefined {
    return this.#isPrepared ? this.statements[this.#at]?.name : undefined;
  }

  get text(): string | undefined {
    return this.statements[this.#at]?.text;
  }

  submit(connection: pg.Connection): void {
    const wire = connection as unknown as Wire;
    wire.stream.cork?.();
    try {
      const parsed = new Set<string>();
      for (const { name: own, text, values } of this.statements) {
        const name = (this.#isPrepared ? own : undefined) ?? "";
        if (name === "" || !(parsed.has(name) || wire.parsedStatements[name] === text))
          wire.parse({ text, name });
        parsed.add(name);
        wire.bind({ statement: name, values });
        wire.describe({ type: "P", name: "" });
        wire.execute({ portal: "" });
      }
      wire.sync();
    } finally {
      wire.stream.uncork?.();
    }
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.#fields = fields;
  }

  handleDataRow({ fields: values }: { readonly fields: readonly (string | null)[] }): void {
    const row = this.#fields.map(({ name, dataTypeID }, column) => {
      const value = values[column] ?? null;
      return [name, value === null ? null : pg.types.getTypeParser(dataTypeID, "text")(value)] as const;
    });
    this.#rows[this.#at]?.push(Object.fromEntries(row));
  }

  handleCommandComplete(): void {
    this.#at += 1;
  }

  handleEmptyQuery(): void {
    this.#at += 1;
  }

  handleReadyForQuery(): void {
    this.callback(null, this.#rows);
  }

  handleError(error: unknown): void {
    const failed = this.statements[this.#at];
    // What is no message of Postgres has ended the connection, or the wait for it.
    if (error instanceof pg.DatabaseError && failed !== undefined) FAILED.set(error, failed);
    this.callback(error);
  }
}
