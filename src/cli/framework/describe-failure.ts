import {
  ConfigError,
  DevStackError,
  EventError,
  MigrationError,
  StoreError,
  TransportError,
} from "../../errors.js";
import { classifyFailure } from "../../store/sqlstate.js";
import { CommandError } from "./command-error.js";
import {
  EXIT_CONFIGURATION,
  EXIT_FAILURE,
  EXIT_UNAVAILABLE,
  EXIT_UNREADABLE,
  EXIT_USAGE,
} from "./exit-codes.js";
import { PROGRAM } from "./help.js";
import { UnavailableError } from "./unavailable-error.js";
import { UnreadableError } from "./unreadable-error.js";
import { UsageError } from "./usage-error.js";

export interface Failure {
  readonly exitCode: number;
  readonly message: string;
}

/** What the user reads when a command throws, and how it ends. Only what nobody foresaw is shown with its stack. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) {
    const help = error.command === undefined ? `${PROGRAM} --help` : `${PROGRAM} ${error.command} --help`;
    return { exitCode: EXIT_USAGE, message: `${error.message}\nSee: ${help}` };
  }
  if (error instanceof ConfigError) return { exitCode: EXIT_CONFIGURATION, message: error.message };
  if (error instanceof UnavailableError || error instanceof DevStackError) {
    return { exitCode: EXIT_UNAVAILABLE, message: error.message };
  }
  if (error instanceof CommandError) return { exitCode: EXIT_FAILURE, message: error.message };
  if (error instanceof UnreadableError) return { exitCode: EXIT_UNREADABLE, message: error.message };
  if (error instanceof EventError) {
    return { exitCode: EXIT_FAILURE, message: `This is not what was expected:\n${listed(error.reasons)}` };
  }
  if (error instanceof StoreError && classifyFailure(error.cause) === "setup") {
    return { exitCode: EXIT_CONFIGURATION, message: error.message };
  }
  if (error instanceof StoreError || error instanceof TransportError || error instanceof MigrationError) {
    return { exitCode: error.retriable ? EXIT_UNAVAILABLE : EXIT_FAILURE, message: withCause(error) };
  }
  return {
    exitCode: EXIT_FAILURE,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

function listed(lines: readonly string[]): string {
  return lines.map((line) => `  - ${line}`).join("\n");
}

function withCause(error: Error): string {
  const { cause } = error;
  const said = cause instanceof Error && cause.message !== "" && !error.message.includes(cause.message);
  return said ? `${error.message}: ${cause.message}` : error.message;
}
