/**
 * Rules of other agents' loop detectors, re-stated for comparison from what their sources say (2026-08): gemini-cli `loopDetectionService.ts`,
 * OpenHands software-agent-sdk `stuck_detector.py`, crush `loop_detection.go`, cline `loop-detection.ts`. Their thresholds, our data. What they judge by a
 * model, or by texts of the model, is left out.
 */
import type { Run } from "./runs.js";

/** Returns the first call, from 0, at which it fires. */
export type Detector = (run: Run) => number | undefined;

const plain = (value: unknown): string => JSON.stringify(value) ?? "";
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  ) ?? "";

/** A cycle of 1 to 5 calls by name and arguments, five times in a row. */
export const geminiCli: Detector = ({ calls }) => {
  const keys = calls.map(({ tool, args }) => `${tool}:${plain(args)}`);
  return keys.findIndex((_, at) =>
    [1, 2, 3, 4, 5].some((period) => {
      const length = period * 5;
      if (at + 1 < length) return false;
      for (let back = 0; back < length - period; back++)
        if (keys[at - back] !== keys[at - back - period]) return false;
      return true;
    }),
  );
};

/** Four equal calls with equal results, three equal calls that fail, six in which two pairs take turns. */
export const openHands: Detector = ({ calls }) => {
  const call = calls.map(({ tool, args }) => `${tool}:${sorted(args)}`);
  const pair = calls.map(({ result, error }, at) => `${call[at]} ${plain(result)} ${error ?? ""}`);
  return calls.findIndex((_, at) => {
    const same = (keys: readonly string[], count: number, period: number): boolean =>
      at + 1 >= count &&
      Array.from(
        { length: count - period },
        (__, back) => keys[at - back] === keys[at - back - period],
      ).every(Boolean);
    const failed = at >= 2 && [0, 1, 2].every((back) => calls[at - back]?.error !== undefined);
    return (
      same(pair, 4, 1) || (failed && same(call, 3, 1)) || (same(pair, 6, 2) && pair[at] !== pair[at - 1])
    );
  });
};

/** One signature of call and result more than five times among the last ten. */
export const crush: Detector = ({ calls }) => {
  const keys = calls.map(
    ({ tool, args, result, error }) => `${tool} ${plain(args)} ${plain(result)} ${error ?? ""}`,
  );
  return keys.findIndex(
    (key, at) => keys.slice(Math.max(0, at - 9), at + 1).filter((other) => other === key).length > 5,
  );
};

/** Five equal calls in a row by name and arguments; it warns at three. */
export const cline: Detector = ({ calls }) => {
  const keys = calls.map(({ tool, args }) => `${tool} ${sorted(args)}`);
  return keys.findIndex((key, at) => at >= 4 && [1, 2, 3, 4].every((back) => keys[at - back] === key));
};
