/** Texts of any length, in parts that a browser lays out one by one: a line of a megabyte, with marks of direction in it, holds a page for minutes. */

const PART = 20_000;

/** The beginning of a text, up to a length, in parts; cut at the end of a line where there is one, and within no character. */
export function textParts(text: string, length: number): readonly string[] {
  const parts: string[] = [];
  const end = cutAt(text, length);
  for (let from = 0; from < end; ) {
    const to = Math.min(end, cutAt(text, from + PART));
    const line = to < end ? text.lastIndexOf("\n", to - 1) + 1 : 0;
    const next = line > from + PART / 2 ? line : to;
    parts.push(text.slice(from, next));
    from = next;
  }
  return parts;
}

/** Not between the halves of a surrogate pair. */
function cutAt(text: string, length: number): number {
  if (length >= text.length) return text.length;
  return /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) ? length - 1 : length;
}
