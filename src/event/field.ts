/**
 * How the fields of an event are described: one table a kind, from which the validator, the JSON schema and the docs
 * are made. `FieldTable<E>` binds a table to its hand-written type, so neither can have a field that the other lacks.
 */
export type FieldSpec = {
  readonly description: string;
  /** Absent or `null` makes the event invalid. */
  readonly required?: true;
  /** A name that older producers use for the same field. */
  readonly alias?: string;
  /** A value of another type is no error: it is kept among the unknown fields, as before the field had a column. */
  readonly lenient?: true;
  /**
   * Of a call that several spans recorded: where the span whose identity the action has does not say it, what another one says holds. Other
   * fields have rules of their own.
   */
  readonly ofAnySpan?: true;
} & (
  | ({ readonly type: "text"; readonly maxBytes?: number } & MayBeContent)
  | {
      readonly type: "choice";
      readonly of: readonly string[];
      /** What other producers say, and which choice it means. */
      readonly synonyms?: Readonly<Record<string, string>>;
    }
  | { readonly type: "uuid" }
  | { readonly type: "integer"; readonly minimum?: number; readonly maximum?: number }
  | { readonly type: "number"; readonly minimum?: number; readonly maximum?: number }
  | { readonly type: "boolean" }
  | { readonly type: "timestamp" }
  | ({ readonly type: "object" } & MayBeContent)
  | ({ readonly type: "array" } & MayBeContent)
  | ({ readonly type: "texts" } & MayBeContent)
);

/** What can be content says whether it is: there is no default, so that nobody forgets to decide. */
interface MayBeContent {
  /**
   * `true`: what was said or done, as arguments, results, prompts and messages are. It is left out where content is not to be captured.
   * `false`: names, ids, versions, folders.
   */
  readonly content: boolean;
}

export type FieldTable<Event> = {
  readonly [Name in keyof Event]-?: FieldSpec & RequiredAs<Event, Name>;
};

// A field is required in the table exactly when it is in the type.
type RequiredAs<Event, Name extends keyof Event> =
  Record<string, never> extends Pick<Event, Name>
    ? { readonly required?: never }
    : { readonly required: true };

/** PostgreSQL's `integer`; durations in milliseconds reach 24 days. */
export const MAX_INTEGER = 2_147_483_647;
