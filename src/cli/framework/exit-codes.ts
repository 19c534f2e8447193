/**
 * How every command ends. The numbers from 64 on are those of sysexits.h, so that a script can tell "you called me
 * wrongly" from "the server is away". docs/cli.md lists them, and a test holds the two together.
 */
export const EXIT_CODES = {
  ok: { code: 0, meaning: "Done." },
  failure: { code: 1, meaning: "Not done, or a check failed; the message says why." },
  usage: { code: 64, meaning: "Unknown command or option, or a value that cannot be used." },
  unreadable: { code: 66, meaning: "A file that was given cannot be read." },
  unavailable: { code: 69, meaning: "Kafka, Postgres or something else that is needed cannot be reached." },
  configuration: { code: 78, meaning: "The environment or the options do not make a configuration." },
} as const;

/** Added to the number of the signal that ended a command, as shells do: 130 after SIGINT, 143 after SIGTERM. */
export const SIGNAL_EXIT_BASE = 128;

export const EXIT_OK = EXIT_CODES.ok.code;
export const EXIT_FAILURE = EXIT_CODES.failure.code;
export const EXIT_USAGE = EXIT_CODES.usage.code;
export const EXIT_UNREADABLE = EXIT_CODES.unreadable.code;
export const EXIT_UNAVAILABLE = EXIT_CODES.unavailable.code;
export const EXIT_CONFIGURATION = EXIT_CODES.configuration.code;
