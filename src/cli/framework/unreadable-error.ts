/** A file that the command was given cannot be read. Exit code 66, the EX_NOINPUT of sysexits.h. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}
