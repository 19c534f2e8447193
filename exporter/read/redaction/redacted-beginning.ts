/** So many characters behind what is shown of a text are searched as well: a credential at the end of what is shown is seen whole. */
export const SEARCHED_BEHIND = 20_480;
/** Of these are never shown. What is more makes up for what hiding takes from a text. */
const NEVER_SHOWN = 16_384;

/**
 * What is shown of a text of which its beginning was searched: `length` characters and {@link SEARCHED_BEHIND} more.
 *
 * A beginning may end within a credential, which no rule knows then. So its last characters are never shown, also where hiding has made
 * it shorter than what was to be shown.
 *
 * @param redacted the beginning without what is hidden in it
 * @param wholeLength characters of the text
 */
export function redactedBeginning(redacted: string, length: number, wholeLength: number): string {
  const isWhole = wholeLength <= length + SEARCHED_BEHIND;
  const end = isWhole ? length : Math.max(Math.min(length, redacted.length - NEVER_SHOWN), 0);
  return beginningOf(redacted, end);
}

/** At most so many characters, and no half of one. */
export function beginningOf(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const isHalf = length < text.length && last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? length - 1 : length);
}
