/** Whether a character with a code below 128 is in a set: 1 or 0. */
export type CharacterSet = Uint8Array;

/** @param pattern matches one character of the set */
export const characterSet = (pattern: RegExp): CharacterSet =>
  Uint8Array.from({ length: 128 }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));

/**
 * Calls back with each run of at least `length` characters of a set, from its start to its end. It looks at one of `length` characters only, and around it
 * where that one is of the set.
 */
export function eachRun(
  text: string,
  set: CharacterSet,
  length: number,
  found: (start: number, end: number) => void,
): void {
  let from = 0;
  for (let at = length - 1; at < text.length; ) {
    if (set[text.charCodeAt(at)] !== 1) {
      at += length;
      continue;
    }
    let start = at;
    while (start > from && set[text.charCodeAt(start - 1)] === 1) start--;
    let end = at + 1;
    while (end < text.length && set[text.charCodeAt(end)] === 1) end++;
    if (end - start >= length) found(start, end);
    from = end;
    at = end + length;
  }
}
