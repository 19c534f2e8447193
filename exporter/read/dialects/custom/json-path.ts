import { isPlainObject } from "../../../../src/event/json.js";

export type JsonPath = readonly (string | number)[];

/** One step: `.name`, `name` at the start, `[0]`, `[-1]`, `["a name"]`. */
const STEP = /^(?:\.?([^.[\]"]+)|\[(-?\d{1,9})\]|\["([^"\]]+)"\])/;

/** `a.b[0]["c d"]`, also after `$.`; `undefined` where the text is no such path. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: (string | number)[] = [];
  let rest = text.replace(/^\$\.?/, "");
  while (rest !== "") {
    const step = STEP.exec(rest);
    if (step === null) return undefined;
    steps.push(step[2] === undefined ? (step[1] ?? step[3] ?? "") : Number(step[2]));
    rest = rest.slice(step[0].length);
  }
  return steps.length === 0 ? undefined : steps;
}

/** The member at the end of the path. Negative numbers count from a list's end. */
export function memberAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner.at(Number(step));
    return isPlainObject(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
  }, value);
}
