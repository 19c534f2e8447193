import { Secret } from "./secret.js";

/** One option, whether it is set in code, in the environment or on the command line. The kinds below make them. */
export interface Option<Value = unknown, Default extends Value | undefined = Value | undefined> {
  /** The environment variables that say the same; the first that is set counts. */
  readonly env: readonly string[];
  /** What holds when nobody says otherwise. */
  readonly default: Default;
  /** What documentation says of the default where the value alone does not. */
  readonly defaultText: string | undefined;
  /** `milliseconds`, `bytes`, `text`; for documentation. */
  readonly unit: string;
  /** What it does, for documentation and `--help`. */
  readonly description: string;
  /** What stands for the value in `--help`; `undefined` for a flag, which has none. */
  readonly placeholder: string | undefined;
  /** The words it may be, where they are few. */
  readonly choices: readonly string[] | undefined;
  /** Completes "NAME has to be ...". */
  readonly expected: string;
  /** The value that a text of the environment or the command line means; `undefined` when it cannot be used. */
  fromText(text: string): Value | undefined;
  /** The value that code means; `undefined` when it cannot be used. */
  fromCode(given: unknown): Value | undefined;
  /** Says why a text of the environment is no attempt to set this option, and is passed over; `undefined` when it is one. */
  readonly passesOver: ((text: string) => string | undefined) | undefined;
}

export type OptionTable = Readonly<Record<string, Option>>;

/** The resolved values of a table. */
export type SettingsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value, infer Default>
    ? Value | Default
    : never;
};

/** What a user may write for a table: every option may be left out. */
export type OptionsOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]?: SettingsOf<Table>[Name] | undefined;
};

interface Description<Default> {
  readonly env?: string | readonly string[];
  readonly default?: Default;
  readonly defaultText?: string;
  readonly description: string;
  readonly unit?: string;
  readonly placeholder?: string;
}

type Parts<Value> = Pick<Option<Value>, "expected" | "fromText" | "fromCode"> &
  Partial<Pick<Option<Value>, "unit" | "placeholder" | "choices" | "passesOver">>;

/** An option of a kind that is not among those below. */
export function option<Value, const Default extends Value | undefined = undefined>(
  { env = [], default: standard, defaultText, description, ...own }: Description<Default>,
  parts: Parts<Value>,
): Option<Value, Default> {
  return {
    env: typeof env === "string" ? [env] : env,
    // Without a default, `Default` is `undefined`.
    default: standard as Default,
    defaultText,
    description,
    expected: parts.expected,
    fromText: parts.fromText,
    fromCode: parts.fromCode,
    unit: own.unit ?? parts.unit ?? "text",
    placeholder: own.placeholder ?? parts.placeholder,
    choices: parts.choices,
    passesOver: parts.passesOver,
  };
}

export interface NumberRange {
  readonly minimum: number;
  readonly maximum?: number;
}

/** A whole number in a range. */
export function integer<const Default extends number | undefined = undefined>(
  spec: Description<Default> & NumberRange,
): Option<number, Default> & NumberRange {
  const { minimum, maximum } = spec;
  const accept = (value: unknown): number | undefined =>
    Number.isInteger(value) &&
    Number(value) >= minimum &&
    Number(value) <= (maximum ?? Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : undefined;
  const expected =
    maximum === undefined
      ? `a whole number of at least ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  const passesOver = spec.unit === "port" ? kubernetesService : undefined;
  const parts = {
    expected,
    placeholder: "N",
    fromText: (text: string) => accept(Number(text)),
    fromCode: accept,
  };
  return { ...option<number, Default>(spec, { ...parts, passesOver }), minimum, ...(maximum && { maximum }) };
}

// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables: a service named `postgres` gives every
// pod of its namespace POSTGRES_PORT=tcp://10.0.0.1:5432.
const kubernetesService = (text: string): string | undefined =>
  /^(?:tcp|udp|sctp):\/\//.test(text)
    ? "holds the address of a Kubernetes service instead of a port and is passed over; `enableServiceLinks: false` in the pod keeps it out"
    : undefined;

const TRUE = ["true", "1", "yes", "on"];
const FALSE = ["false", "0", "no", "off"];

/** True or false; on the command line it stands alone. */
export function flag<const Default extends boolean | undefined = undefined>(
  spec: Description<Default>,
): Option<boolean, Default> & { readonly placeholder: undefined } {
  const made = option<boolean, Default>(spec, {
    unit: "true or false",
    expected: "true or false",
    fromText: (text) => {
      const word = text.toLowerCase();
      return TRUE.includes(word) || (FALSE.includes(word) ? false : undefined);
    },
    fromCode: (given) => (typeof given === "boolean" ? given : undefined),
  });
  return { ...made, placeholder: undefined };
}

/** A non-empty string, of a form if there is a check. */
export function text<const Default extends string | undefined = undefined>(
  spec: Description<Default> & { readonly accepts?: (value: string) => boolean; readonly expected?: string },
): Option<string, Default> {
  const accept = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" && (spec.accepts?.(value) ?? true) ? value : undefined;
  const expected = spec.expected ?? "a non-empty string";
  return option<string, Default>(spec, { placeholder: "TEXT", expected, fromText: accept, fromCode: accept });
}

/** A text that no log, `inspect()` or problem shows. */
export function secret(spec: Description<undefined>): Option<Secret, undefined> {
  const accept = (value: unknown): Secret | undefined =>
    typeof value === "string" && value !== "" ? new Secret(value) : undefined;
  return option<Secret>(spec, {
    unit: "secret",
    placeholder: "SECRET",
    expected: "a non-empty string",
    fromText: accept,
    fromCode: accept,
  });
}

/** One of a few words; in texts in any letter case. */
export function choice<const Word extends string, const Default extends Word | undefined = undefined>(
  spec: Description<Default> & { readonly of: readonly Word[] },
): Option<Word, Default> {
  return option<Word, Default>(spec, {
    unit: spec.of.map((word) => `\`${word}\``).join(", "),
    placeholder: spec.of.join("|"),
    choices: spec.of,
    expected: `one of ${spec.of.join(", ")}`,
    fromText: (given) => spec.of.find((word) => word.toLowerCase() === given.toLowerCase()),
    fromCode: (given) => spec.of.find((word) => word === given),
  });
}

/** Non-empty strings: a list in code, or one text with commas between them. */
export function list<const Default extends readonly string[] | undefined = undefined>(
  spec: Description<Default> & {
    readonly accepts?: (items: readonly string[]) => boolean;
    readonly expected: string;
  },
): Option<readonly string[], Default> {
  const accept = (items: readonly unknown[]): readonly string[] | undefined => {
    if (!items.every((item) => typeof item === "string")) return undefined;
    const given = items.map((item) => item.trim()).filter((item) => item !== "");
    return given.length > 0 && (spec.accepts?.(given) ?? true) ? Object.freeze(given) : undefined;
  };
  const fromText = (given: string) => accept(given.split(","));
  return option<readonly string[], Default>(spec, {
    unit: "list",
    placeholder: "A,B,...",
    expected: spec.expected,
    fromText,
    fromCode: (given) =>
      typeof given === "string" ? fromText(given) : Array.isArray(given) ? accept(given) : undefined,
  });
}
