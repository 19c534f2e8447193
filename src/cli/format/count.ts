/** `1 file`, `12,345 files`. The plural is the word and an s unless another is given. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** A number with its thousands apart: `12,345`. */
export function formatNumber(number: number): string {
  return number.toLocaleString("en-US");
}
