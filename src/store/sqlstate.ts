/**
 * What a failed statement means for the events that it was to store.
 *
 * - `data`: Postgres refuses what an event says. Exactly that event is at fault; the others can land.
 * - `contention`: two transactions stood in each other's way. The same statement can pass at once.
 * - `outage`: the server is away, full, starting or stopping. Every event waits; none is at fault.
 * - `setup`: the database is not the one that this package expects. Every event waits until somebody mends it.
 * - `defect`: thrown by JavaScript, not by Postgres: a mistake in this package.
 */
export type FailureClass = "data" | "contention" | "outage" | "setup" | "defect";

/** By SQLSTATE; a code goes before its class (the first two characters). Every class that PostgreSQL has is here. */
const CLASSES: Readonly<Record<string, FailureClass>> = {
  // Codes that differ from the rest of their class.
  "25006": "outage", // read_only_sql_transaction: connected to a standby, as in a failover
  "42P05": "outage", // duplicate_prepared_statement: a pooler handed on somebody else's session
  "26000": "outage", // invalid_sql_statement_name: likewise

  "03": "setup", // sql_statement_not_yet_complete
  "08": "outage", // connection_exception
  "09": "data", // triggered_action_exception: a trigger of the user's own refuses a row
  "0A": "outage", // feature_not_supported: a cached plan after somebody altered the table; the next try plans anew
  "0B": "outage", // invalid_transaction_initiation
  "0F": "defect", // locator_exception
  "0L": "setup", // invalid_grantor
  "0P": "setup", // invalid_role_specification
  "0Z": "outage", // diagnostics_exception
  "10": "data", // xquery_error: only a trigger could raise it
  "20": "data", // case_not_found, in a trigger
  "21": "data", // cardinality_violation: two events of one statement meet in one row; apart they pass
  "22": "data", // data_exception: not a number, not a date, NUL, too long, out of range
  "23": "data", // integrity_constraint_violation: check, not null, a foreign key of the user's own
  "24": "outage", // invalid_cursor_state
  "25": "outage", // invalid_transaction_state: idle too long, aborted, in a standby
  "27": "data", // triggered_data_change_violation
  "28": "setup", // invalid_authorization_specification: user or password
  "2B": "setup", // dependent_privilege_descriptors_still_exist
  "2D": "outage", // invalid_transaction_termination
  "2F": "data", // sql_routine_exception, in a trigger
  "34": "outage", // invalid_cursor_name
  "38": "data", // external_routine_exception, in a trigger
  "39": "data", // external_routine_invocation_exception, in a trigger
  "3B": "outage", // savepoint_exception
  "3D": "setup", // invalid_catalog_name: no such database
  "3F": "setup", // invalid_schema_name
  "40": "contention", // transaction_rollback: deadlock, serialization failure
  "42": "setup", // syntax or access: no such table, column or function, no permission
  "44": "data", // with_check_option_violation
  "53": "outage", // insufficient_resources: disk full, out of memory, too many connections
  "54": "data", // program_limit_exceeded: an index entry, a JSON text or its depth too large
  "55": "outage", // object_not_in_prerequisite_state: lock not available, object in use
  "57": "outage", // operator_intervention: shutting down, starting up, statement cancelled
  "58": "outage", // system_error: an I/O error of the server
  "72": "contention", // snapshot_too_old
  F0: "outage", // config_file_error
  HV: "data", // fdw_error, where the user's own trigger or partition reaches elsewhere
  P0: "data", // plpgsql_error: a trigger of the user's own raises
  XX: "outage", // internal_error, data or index corrupted: nothing that an event is to blame for
};

/** Total: whatever was thrown has a class, and what cannot be recognised is an outage, so that no event is blamed for it. */
export function classifyFailure(thrown: unknown): FailureClass {
  const sqlstate = sqlstateOf(thrown);
  if (sqlstate === undefined) return isDefect(thrown) ? "defect" : "outage";
  if (sqlstate === "23514" && !namesConstraint(thrown)) return "contention";
  return CLASSES[sqlstate] ?? CLASSES[sqlstate.slice(0, 2)] ?? "outage";
}

/** The five characters that Postgres gives, where it was Postgres that failed. */
export function sqlstateOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  const { code } = thrown;
  // System errors (`EPIPE`) have five letters too; an SQLSTATE has a digit.
  return typeof code === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

// A check that has no name is a partition's own: the row was on its way to a partition that has changed meanwhile.
const namesConstraint = (thrown: unknown): boolean =>
  typeof thrown === "object" && thrown !== null && "constraint" in thrown && thrown.constraint !== undefined;

const isDefect = (thrown: unknown): boolean =>
  thrown instanceof TypeError ||
  thrown instanceof RangeError ||
  thrown instanceof ReferenceError ||
  thrown instanceof SyntaxError;
