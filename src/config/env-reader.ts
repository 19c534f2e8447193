/**
 * Reads environment variables with their types, and collects every problem instead of stopping at the first. An empty
 * variable counts as absent, as the OpenTelemetry specification asks. Values never appear in a problem: they may be secrets.
 */
export class EnvReader {
  readonly problems: string[] = [];
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** The first of these variables that is set. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.#env[name]?.trim();
      if (value !== undefined && value !== "") return value;
    }
    return undefined;
  }

  integer(name: string, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = {}): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (Number.isInteger(number) && number >= minimum && number <= maximum) return number;
    this.problems.push(`${name} has to be a whole number from ${minimum} to ${maximum}`);
    return undefined;
  }

  boolean(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (["true", "1", "yes", "on"].includes(text)) return true;
    if (["false", "0", "no", "off"].includes(text)) return false;
    this.problems.push(`${name} has to be true or false`);
    return undefined;
  }

  /** Comma-separated; empty parts are left out. */
  list(name: string): readonly string[] | undefined {
    const parts = this.text(name)
      ?.split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    return parts?.length ? parts : undefined;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    const choice = choices.find((candidate) => candidate.toLowerCase() === text);
    if (choice === undefined) this.problems.push(`${name} has to be one of ${choices.join(", ")}`);
    return choice;
  }
}
