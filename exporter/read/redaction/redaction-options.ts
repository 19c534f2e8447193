/** Stands where something was hidden by a rule. */
export const REDACTED = "[redacted]";

/** Stands where a rule of the user threw: what it could not judge is not let through. */
export const REDACTION_FAILED = "[redaction failed]";

/** A value on its way out, and the names that lead to it. */
export interface Leaf {
  readonly value: string | number | boolean;
  /** Names and indices from the event downwards, for instance `["action_details", "tool_parameters", "user", 0]`. */
  readonly path: readonly (string | number)[];
}

export interface RedactionOptions {
  /**
   * Further names whose values are hidden at any depth. A text is compared word by word (`internalId` also means
   * `internal_id` and `the-internal-id`), a regular expression is tested against the name as it stands.
   */
  readonly keys?: readonly (string | RegExp)[];
  /** Names that are never hidden for their name, whatever else says so. Texts, compared word by word. */
  readonly allowKeys?: readonly string[];
  /** The names that are hidden without being asked for: see docs/redaction.md. @default true */
  readonly defaultKeys?: boolean;
  /** Further patterns; what they match in any text is hidden. They run in the agent's process: keep them linear. */
  readonly patterns?: readonly RegExp[];
  /** The credential formats that are hidden without being asked for: see docs/redaction.md. @default true */
  readonly defaultPatterns?: boolean;
  /** Hides e-mail addresses. @default false */
  readonly emails?: boolean;
  /**
   * Called with every text, number and boolean of an event before the rules above; what it returns takes the value's place,
   * and the rules still look at it. `undefined`, a promise or an exception hides the value.
   */
  readonly redact?: (leaf: Leaf) => unknown;
}
