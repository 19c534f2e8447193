/** The table of test/captured/README.md: every captured file, and what of it comes out right. */
import { readFileSync } from "node:fs";
import type { Capture } from "../test/captured/capture.js";
import { allCaptures } from "../test/helpers/captures.js";
import { pendingCaptures } from "../test/helpers/pending-captures.js";
import { librariesOf, NO_SCORE, type Score, scoreOf, sumOf } from "../test/helpers/score-captures.js";

/** Fields right and wrong when a file was mapped for the first time, before anybody had looked at what came out. */
type FirstSight = Readonly<Record<string, readonly [right: number, wrong: number]>>;

const TABLE = /<!-- captures -->[\s\S]*<!-- end -->/;
const HEAD = [
  "| file | framework and instrumentation | spans | actions expected | found | missed | too many | fields right at first | wrong at first | right | wrong | not in the file |",
  "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
];

/** @param page the page as it is; what stands around the table stays */
export async function captureDocs(page: string): Promise<string> {
  const first = JSON.parse(readFileSync("test/captured/first-sight.json", "utf8")) as FirstSight;
  const captures = [...(await allCaptures()), ...(await pendingCaptures())];
  const unknown = Object.keys(first).filter((file) => !captures.some((one) => one.file === file));
  if (unknown.length > 0) throw new Error(`first-sight.json names no capture: ${unknown.join(", ")}`);
  const scored = captures.map((capture) => ({ capture, score: scoreOf(capture).score }));
  const all = scored.map(({ score }) => score).reduce(sumOf, NO_SCORE);
  const lines = scored.map(({ capture, score }) =>
    line(nameOf(capture), librariesOf(capture), score, first[capture.file]),
  );
  const table = [...HEAD, ...lines, line("all", "", all, undefined)].join("\n");
  return page.replace(TABLE, () => `<!-- captures -->\n${table}\n<!-- end -->`);
}

const nameOf = ({ file }: Capture): string => `\`${file}\``;

function line(
  name: string,
  libraries: string,
  score: Score,
  first: readonly [number, number] | undefined,
): string {
  const { spans, expected, found, tooMany, right, wrong, unknown } = score;
  const sight = first ?? ["", ""];
  const cells = [
    name,
    libraries,
    spans,
    expected,
    found,
    expected - found,
    tooMany,
    ...sight,
    right,
    wrong,
    unknown,
  ];
  return `| ${cells.join(" | ")} |`;
}
