type Args = readonly unknown[];

/**
 * Where one shape of tool has what is recorded of a call. What a user's own options say comes before it. A reading may
 * throw: then that one value is not recorded.
 */
export interface ToolCallReading {
  /** Where one function serves several tools. @default the name that the tool was traced by */
  readonly name?: (args: Args) => string | undefined;
  readonly parameters?: (args: Args) => unknown;
  /** The model's id of the call. */
  readonly toolCallId?: (args: Args) => unknown;
  /** Conversation or thread. */
  readonly sessionId?: (args: Args) => unknown;
  /** What the tool gave, out of the form in which its framework wants it. */
  readonly result?: (value: unknown) => unknown;
  /** Why the tool failed, where its framework wants that as a result; `undefined` when it did not. */
  readonly failure?: (value: unknown) => unknown;
}
