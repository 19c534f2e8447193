/** The values of one statement. Nothing that a request says gets into its text, only these places. */
export class SqlValues {
  readonly list: unknown[] = [];

  /** Adds a value and returns its place: `$1`. */
  add(value: unknown): string {
    return `$${this.list.push(value)}`;
  }
}
