/** Every code that an error of this package can have. docs/errors.md lists them, and a test holds the two together. */
export const ERROR_CODES = {
  AGENT_ACTIONS_CONFIG: "An option or environment variable has a value that cannot be used.",
  AGENT_ACTIONS_EVENT: "An event does not keep the contract.",
  AGENT_ACTIONS_TRANSPORT: "Kafka did not take a record.",
  AGENT_ACTIONS_STORE: "Postgres did not take a row or failed a query.",
  AGENT_ACTIONS_MIGRATION: "A migration could not be applied.",
  AGENT_ACTIONS_SHUTDOWN: "Something was still open when the deadline of a shutdown passed.",
  AGENT_ACTIONS_DEV_STACK: "The development stack could not be started.",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  readonly cause?: unknown;
  /** Trying again later may work. Default `false`. */
  readonly retriable?: boolean;
}

/** What every error of this package is: a stable code, whether trying again may help, and the cause. */
export class ActionLogError extends Error {
  override readonly name: string = "ActionLogError";
  readonly code: ErrorCode;
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, { cause, retriable = false }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retriable = retriable;
  }
}

/** Lists every problem of a configuration at once, each with the name of the option or variable and the way out. */
export class ConfigError extends ActionLogError {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      "AGENT_ACTIONS_CONFIG",
      `Configuration cannot be used:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

/** An event that does not keep the contract; on the consumer's side it becomes a dead letter. */
export class EventError extends ActionLogError {
  override readonly name = "EventError";
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super("AGENT_ACTIONS_EVENT", reasons.join("; "));
    this.reasons = reasons;
  }
}

/** Kafka did not take a record. */
export class TransportError extends ActionLogError {
  override readonly name = "TransportError";

  constructor(message: string, details?: ErrorDetails) {
    super("AGENT_ACTIONS_TRANSPORT", message, details);
  }
}

/** Postgres refused or did not respond; carries the SQLSTATE where the server gave one. */
export class StoreError extends ActionLogError {
  override readonly name = "StoreError";
  readonly sqlstate: string | undefined;

  constructor(message: string, { sqlstate, ...details }: ErrorDetails & { readonly sqlstate?: string } = {}) {
    super("AGENT_ACTIONS_STORE", message, details);
    this.sqlstate = sqlstate;
  }
}

/** A migration could not be applied; the database is as it was before it. */
export class MigrationError extends ActionLogError {
  override readonly name = "MigrationError";

  constructor(message: string, details?: ErrorDetails) {
    super("AGENT_ACTIONS_MIGRATION", message, details);
  }
}

/** The deadline of a shutdown passed with something still open. */
export class ShutdownError extends ActionLogError {
  override readonly name = "ShutdownError";

  constructor(message: string, details?: ErrorDetails) {
    super("AGENT_ACTIONS_SHUTDOWN", message, details);
  }
}

/** The development stack could not be started; the message says what to install or do. */
export class DevStackError extends ActionLogError {
  override readonly name = "DevStackError";

  constructor(message: string, details?: ErrorDetails) {
    super("AGENT_ACTIONS_DEV_STACK", message, details);
  }
}
