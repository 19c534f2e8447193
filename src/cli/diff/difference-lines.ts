import type { ValueDifference } from "../../compare/value-differences.js";
import type { JsonValue } from "../../event/json.js";
import { cutToWidth } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { Output } from "../framework/output.js";

/** So much of a value is enough to be cut to any line. */
const LONGEST = 300;
/** A value as the beginning of its JSON. */
export const shortJson = (value: JsonValue | undefined): string =>
  value === undefined ? "not there" : oneLine(JSON.stringify(value).slice(0, LONGEST));

/** One difference for people: on one line where that fits, texts of several lines by line. */
export function* differenceLines(
  part: string,
  { path, a, b, lines }: ValueDifference,
  indent: string,
  { style, columns }: Output,
): Generator<string> {
  const cut = (text: string) => cutToWidth(text, columns);
  const name = `${indent}${part}${oneLine(path)}`;
  if (lines === undefined) {
    const whole = `${name}: ${shortJson(a)} → ${shortJson(b)}`;
    if (whole.length <= columns) yield whole;
    else {
      yield cut(name);
      yield style.bad(cut(`${indent}  - ${shortJson(a)}`));
      yield style.good(cut(`${indent}  + ${shortJson(b)}`));
    }
    return;
  }
  yield cut(name);
  for (const { side, number, text } of lines) {
    const sign = { a: "-", b: "+", both: " " }[side];
    const paint = { a: style.bad, b: style.good, both: style.dim }[side];
    yield paint(cut(`${indent}  ${sign} ${number}: ${oneLine(text)}`));
  }
}
