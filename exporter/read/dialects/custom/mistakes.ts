/** Collects what is wrong in a definition, each with its place: `dialect.actions[0].type has to be ...`. */
export class Mistakes {
  readonly found: string[] = [];
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  add(at: string, problem: string): void {
    this.found.push(`${at === "" ? this.#root : `${this.#root}.${at}`} ${problem}`);
  }

  /** A member that nobody reads is most often one that was misspelt. */
  onlyKnown(at: string, members: Readonly<Record<string, unknown>>, known: readonly string[]): void {
    for (const name of Object.keys(members))
      if (!known.includes(name))
        this.add(
          at === "" ? name : `${at}.${name}`,
          `is not known; known are ${known.filter((one) => one !== "$schema").join(", ")}`,
        );
  }

  choice(at: string, value: unknown, choices: readonly string[]): void {
    if (typeof value !== "string" || !choices.includes(value))
      this.add(at, `has to be one of ${choices.join(", ")}`);
  }

  expression(at: string, value: unknown): void {
    if (typeof value === "string" && value !== "" && isExpression(value)) return;
    this.add(at, "has to be a regular expression");
  }
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
