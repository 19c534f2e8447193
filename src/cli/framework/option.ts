interface OptionBase {
  readonly description: string;
  readonly short?: string;
  /** The environment variables that say the same. They are read where the setting is resolved, not by the parser. */
  readonly env?: readonly string[];
  /** What holds when neither option nor environment say anything, in words, where it is decided elsewhere. */
  readonly otherwise?: string;
}

export interface FlagOption extends OptionBase {
  readonly type: "flag";
}

export interface TextOption extends OptionBase {
  readonly type: "text";
  /** What stands for the value in the help: `HOST:PORT`. */
  readonly value: string;
  readonly default?: string;
}

export interface IntegerOption extends OptionBase {
  readonly type: "integer";
  readonly value: string;
  readonly minimum: number;
  readonly maximum?: number;
  readonly default?: number;
}

export interface ChoiceOption extends OptionBase {
  readonly type: "choice";
  readonly of: readonly string[];
  readonly default?: string;
}

export type OptionSpec = FlagOption | TextOption | IntegerOption | ChoiceOption;

/** Every option of a command by its long name, in the order in which the help shows them. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type Given<Spec, Value> = Spec extends { readonly default: unknown } ? Value : Value | undefined;

export type OptionValue<Spec extends OptionSpec> = Spec extends FlagOption
  ? boolean
  : Spec extends ChoiceOption
    ? Given<Spec, Spec["of"][number]>
    : Spec extends IntegerOption
      ? Given<Spec, number>
      : Given<Spec, string>;

/** What the command line said, typed after the table: flags are booleans, options without a default may be absent. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: OptionValue<Table[Name]>;
};
