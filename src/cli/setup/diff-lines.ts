/** A line of a difference: there before, there now, or both. */
export interface DiffLine {
  readonly sign: "-" | "+" | " ";
  readonly text: string;
}

/** Lines around a change that are shown with it. */
const CONTEXT = 2;

/** What differs between two texts, a line at a time, with some lines around it. `undefined` stands for lines that are left out. */
export function diffLines(before: string, after: string): readonly (DiffLine | undefined)[] {
  const all = aligned(
    before === "" ? [] : before.replace(/\n$/, "").split("\n"),
    after.replace(/\n$/, "").split("\n"),
  );
  const isNear = (index: number) =>
    all.slice(Math.max(index - CONTEXT, 0), index + CONTEXT + 1).some(({ sign }) => sign !== " ");
  const shown: (DiffLine | undefined)[] = [];
  for (const [index, line] of all.entries()) {
    if (isNear(index)) shown.push(line);
    else if (shown.at(-1) !== undefined && index > 0) shown.push(undefined);
  }
  return shown.at(-1) === undefined ? shown.slice(0, -1) : shown;
}

// What is the same at the beginning and at the end is not compared further: a file in which an agent keeps its state has many thousand lines.
function aligned(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (lines: readonly string[]): readonly DiffLine[] => lines.map((text) => ({ sign: " ", text }));
  return [
    ...same(before.slice(0, start)),
    ...alignedMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

// By the longest common subsequence.
function alignedMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const lengths = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  const at = (one: number, other: number): number => lengths[one]?.[other] ?? 0;
  for (let one = before.length - 1; one >= 0; one--)
    for (let other = after.length - 1; other >= 0; other--) {
      const row = lengths[one] ?? [];
      row[other] =
        before[one] === after[other]
          ? at(one + 1, other + 1) + 1
          : Math.max(at(one + 1, other), at(one, other + 1));
    }
  const lines: DiffLine[] = [];
  let [one, other] = [0, 0];
  while (one < before.length || other < after.length) {
    const [old, now] = [before[one], after[other]];
    if (one < before.length && other < after.length && old === now) {
      lines.push({ sign: " ", text: old ?? "" });
      one++;
      other++;
    } else if (one < before.length && (other === after.length || at(one + 1, other) >= at(one, other + 1))) {
      lines.push({ sign: "-", text: old ?? "" });
      one++;
    } else {
      lines.push({ sign: "+", text: now ?? "" });
      other++;
    }
  }
  return lines;
}
