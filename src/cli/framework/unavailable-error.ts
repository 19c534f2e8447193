/** Something that the command needs is not there or cannot be reached. The message says the way out; exit code 69. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}
