/**
 * Texts in one string, so that a worker hands over 300,000 of them as fast as one: a message with as many strings would hold the page
 * while it is read.
 */
export interface TextColumn {
  /** One after the other. */
  readonly text: string;
  /** Index in `text` at which each one ends, exclusive. */
  readonly ends: Int32Array<ArrayBuffer>;
}

export function textColumn(values: readonly string[]): TextColumn {
  let end = 0;
  const ends = Int32Array.from(values, (value) => {
    end += value.length;
    return end;
  });
  return { text: values.join(""), ends };
}

/** The text at an index; empty where there is none. */
export function textAt({ text, ends }: TextColumn, index: number): string {
  return text.slice(index === 0 ? 0 : (ends[index - 1] ?? text.length), ends[index] ?? text.length);
}
