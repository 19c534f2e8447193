/** Tables of Markdown, as docs/detection.md has them. */
export const median = (numbers: readonly number[]): string =>
  numbers.length === 0
    ? "–"
    : String([...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)]);

export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const row of [head, head.map(() => "---"), ...rows]) console.log(`| ${row.join(" | ")} |`);
  console.log();
}
