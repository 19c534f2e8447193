/** The command could not do its work for a reason that was foreseen. The message says which; exit code 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
