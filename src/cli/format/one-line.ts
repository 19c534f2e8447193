/**
 * A text from somewhere else as one line that is safe to show: line breaks and runs of blanks become one blank, and
 * control characters, which could move the cursor or set the window's title, become visible signs.
 */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
