import { constants } from "node:os";
import {
  ConfigError,
  DevStackError,
  EventError,
  MigrationError,
  StoreError,
  TransportError,
} from "../../errors.js";
import { describeError } from "../../internal/describe-error.js";
import { classifyFailure, sqlstateOf } from "../../store/sqlstate.js";
import { storeFailure } from "../../store/store-failure.js";
import { PROGRAM } from "./help.js";

/**
 * How every command ends. The numbers from 64 on are those of sysexits.h, so that a script can distinguish "you called me
 * wrongly" from "the server is away". docs/cli.md lists them, and a test holds the two together.
 */
export const EXIT_CODES = {
  ok: { code: 0, meaning: "Done." },
  failure: { code: 1, meaning: "Not done, or a check failed; the message says why." },
  incomparable: { code: 2, meaning: "Two runs have nothing that could be compared (`diff`)." },
  usage: { code: 64, meaning: "Unknown command or option, or a value that cannot be used." },
  unreadable: { code: 66, meaning: "A file that was given cannot be read." },
  unavailable: { code: 69, meaning: "Kafka, Postgres or something else that is needed cannot be reached." },
  unknown: { code: 75, meaning: "It cannot be said, or not yet: asking again later may help." },
  configuration: { code: 78, meaning: "The environment or the options do not make a configuration." },
} as const;

export const EXIT_OK = EXIT_CODES.ok.code;
export const EXIT_FAILURE = EXIT_CODES.failure.code;
export const EXIT_INCOMPARABLE = EXIT_CODES.incomparable.code;
export const EXIT_USAGE = EXIT_CODES.usage.code;
export const EXIT_UNREADABLE = EXIT_CODES.unreadable.code;
export const EXIT_UNAVAILABLE = EXIT_CODES.unavailable.code;
export const EXIT_UNKNOWN = EXIT_CODES.unknown.code;
export const EXIT_CONFIGURATION = EXIT_CODES.configuration.code;

/** The exit code that a shell gives to a process which a signal ended: 130 after SIGINT, 143 after SIGTERM. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** The command line cannot be understood. The message says what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** The command whose `--help` the message points to; `undefined` when no command was recognised. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.command = command;
  }
}

/** The command could not do its work for a reason that was foreseen. The message says which. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** A file that the command was given cannot be read. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** Something that the command needs is not there or cannot be reached. The message says the way out. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}

/** An error for something that does not respond: what, why, and where to look. */
export function unavailable(what: string, cause: unknown): UnavailableError {
  const { message } = describeError(cause);
  return new UnavailableError(
    `${what}: ${message.trim().replace(/\.$/, "")}. To find out more: agent-actions doctor`,
  );
}

export interface CommandFailure {
  readonly exitCode: number;
  readonly message: string;
}

/** What the user reads when a command throws, and how it ends. Only what nobody foresaw is shown with its stack. */
export function commandFailure(error: unknown): CommandFailure {
  if (error instanceof UsageError) {
    const help = error.command === undefined ? `${PROGRAM} --help` : `${PROGRAM} ${error.command} --help`;
    return { exitCode: EXIT_USAGE, message: `${error.message}\nSee: ${help}` };
  }
  if (error instanceof ConfigError) return { exitCode: EXIT_CONFIGURATION, message: error.message };
  if (error instanceof UnavailableError || error instanceof DevStackError)
    return { exitCode: EXIT_UNAVAILABLE, message: error.message };
  if (error instanceof CommandError) return { exitCode: EXIT_FAILURE, message: error.message };
  if (error instanceof UnreadableError) return { exitCode: EXIT_UNREADABLE, message: error.message };
  if (error instanceof EventError) {
    const reasons = error.reasons.map((line) => `  - ${line}`).join("\n");
    return { exitCode: EXIT_FAILURE, message: `This is not what was expected:\n${reasons}` };
  }
  if (error instanceof StoreError || error instanceof MigrationError) return databaseFailure(error);
  if (error instanceof TransportError)
    return { exitCode: error.retriable ? EXIT_UNAVAILABLE : EXIT_FAILURE, message: withCause(error) };
  return {
    exitCode: EXIT_FAILURE,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

/** Refused as a user, or no such database: what is wrong is said of neither in the migration. */
const NOT_LET_IN = /^(?:28|3D|3F|42501)/;

function databaseFailure(error: StoreError | MigrationError): CommandFailure {
  const sqlstate = sqlstateOf(error.cause);
  if (error instanceof MigrationError && sqlstate !== undefined && NOT_LET_IN.test(sqlstate))
    return { exitCode: EXIT_CONFIGURATION, message: storeFailure(error.cause).message };
  if (error instanceof StoreError && classifyFailure(error.cause) === "setup")
    return { exitCode: EXIT_CONFIGURATION, message: error.message };
  if (!error.retriable) return { exitCode: EXIT_FAILURE, message: withCause(error) };
  const remedy =
    sqlstate === undefined
      ? ". Start Postgres there, or set DATABASE_URL to where it is; for a try: agent-actions dev"
      : "";
  return { exitCode: EXIT_UNAVAILABLE, message: `${withCause(error)}${remedy}` };
}

function withCause(error: Error): string {
  const { cause } = error;
  const said = cause instanceof Error && cause.message !== "" && !error.message.includes(cause.message);
  return said ? `${error.message}: ${cause.message}` : error.message;
}
