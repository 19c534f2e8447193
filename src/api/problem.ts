import { AccessRefusal } from "../access/refusal.js";
import { StoreError, TransportError } from "../errors.js";
import { problemResponse } from "../internal/problem-response.js";

/** What is wrong with one parameter. */
export interface ParameterError {
  readonly parameter: string;
  readonly detail: string;
  /** The values that it may have, where they are few. */
  readonly allowed?: readonly string[];
}

interface ProblemOptions {
  readonly errors?: readonly ParameterError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that gets an error of RFC 9457. The detail says what to do, and holds no secret. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly errors: readonly ParameterError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, { errors, headers = {} }: ProblemOptions = {}) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }

  toResponse(): Response {
    const { status, message: detail, errors } = this;
    return problemResponse(status, detail, { members: { errors }, headers: this.headers });
  }
}

/** One parameter that cannot be used. */
export const badParameter = (parameter: string, detail: string, allowed?: readonly string[]): Problem =>
  badParameters([{ parameter, detail, ...(allowed && { allowed }) }]);

export const badParameters = (errors: readonly ParameterError[]): Problem =>
  new Problem(400, errors.map(({ parameter, detail }) => `${parameter} ${detail}`).join("; "), { errors });

/** What a failure of the database means for the request. `undefined`: it is a defect of ours. */
export function problemOf(thrown: unknown): Problem | undefined {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof AccessRefusal)
    return new Problem(thrown.status, thrown.message, { headers: thrown.headers });
  if (thrown instanceof TransportError)
    return new Problem(503, thrown.message, {
      headers: thrown.retriable ? { "retry-after": "5" } : {},
    });
  if (!(thrown instanceof StoreError)) return undefined;
  const { sqlstate = "" } = thrown;
  if (sqlstate === "57014")
    return new Problem(504, "The query took too long: ask for a shorter time range, or with more filters.");
  if (NOT_MIGRATED.has(sqlstate))
    return new Problem(503, "The database lacks tables or columns. Run: agent-actions migrate");
  if (sqlstate === "42501")
    return new Problem(
      503,
      "The role that the service connects with may not read the tables: docs/database.md lists the rights.",
    );
  // Checked before, but for what only Postgres knows: a time that it has not, a cursor that somebody made.
  if (sqlstate.startsWith("22")) return new Problem(400, "Postgres cannot use a value of the request.");
  // Any other mistake in a statement is one of ours.
  if (!thrown.retriable || sqlstate.startsWith("42")) return undefined;
  return new Problem(503, "Postgres does not respond: try again.", { headers: { "retry-after": "5" } });
}

/** No such table, column, function or schema. */
const NOT_MIGRATED = new Set(["42P01", "42703", "42883", "3F000"]);
