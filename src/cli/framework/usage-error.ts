/** The command line cannot be understood. The message says what would be right; exit code 64. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** The command whose `--help` the message points to; `undefined` when no command was recognised. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.command = command;
  }
}
