import { StoreError } from "../errors.js";
import { describeError } from "../internal/describe-error.js";
import { classifyFailure, type FailureClass, sqlstateOf } from "./sqlstate.js";

/**
 * What is thrown for everything that is no single event's fault. All of it but a defect is worth another try later:
 * also a missing table, because somebody who runs `agent-actions migrate` mends it without a restart here.
 */
export function storeFailure(thrown: unknown): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const failure = classifyFailure(thrown);
  const sqlstate = sqlstateOf(thrown);
  const { message } = describeError(thrown);
  return new StoreError(
    `${SENTENCES[failure]}${message === "" ? "" : `: ${message}`}${remedy(sqlstate, thrown)}`,
    {
      cause: thrown,
      retriable: failure !== "defect",
      ...(sqlstate === undefined ? {} : { sqlstate }),
    },
  );
}

const SENTENCES: Readonly<Record<FailureClass, string>> = {
  data: "Postgres refuses the statement",
  contention: "Transactions stand in each other's way",
  outage: "Postgres is not available",
  setup: "The database is not set up for this package",
  defect: "The statement could not be made",
};

function remedy(sqlstate: string | undefined, thrown: unknown): string {
  if (sqlstate === undefined) return "";
  const way = missingRight(sqlstate, thrown) ?? REMEDIES[sqlstate] ?? REMEDIES[sqlstate.slice(0, 2)];
  return ` (SQLSTATE ${sqlstate})${way === undefined ? "" : `. ${way}`}`;
}

/** A migration that lacks a right names the very statement that grants it. */
function missingRight(sqlstate: string, thrown: unknown): string | undefined {
  if (sqlstate !== "42501" || !(thrown instanceof Error) || !("hint" in thrown)) return undefined;
  return typeof thrown.hint === "string" ? `${thrown.hint}.` : undefined;
}

const MIGRATE = "Run: agent-actions migrate";
const POOLER = "Connect to Postgres itself, or let the pooler pool whole sessions.";

const REMEDIES: Readonly<Record<string, string>> = {
  "42P01": MIGRATE, // undefined_table
  "42703": MIGRATE, // undefined_column
  "42883": MIGRATE, // undefined_function
  "42804": MIGRATE, // datatype_mismatch
  "42P10": MIGRATE, // invalid_column_reference: no such unique key
  "42501": "Grant the role what docs/database.md lists.", // insufficient_privilege
  "28": "Check user and password.",
  "3D": "Create the database, or correct its name.",
  "3F": "Correct the search_path, or create the schema.",
  "42P05": POOLER,
  "26000": POOLER,
  "25006": "Connect to the primary.",
};
