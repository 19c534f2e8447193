import { falseHits, recall, recallOfPairs, type Score } from "./measure.js";
import { QUOTINGS } from "./places.js";

/** Any seed gives other secrets and the same figures to within a tenth of a percent. */
const SEED = 20_260_504;
const START = "<!-- redaction figures -->";
const END = "<!-- /redaction figures -->";

/** docs/redaction.md with what the corpus gives today. */
export function redactionDocs(page: string): string {
  const [before = "", rest = ""] = page.split(START);
  const [, after = ""] = rest.split(END);
  return `${before}${START}\n${figures()}\n${END}${after}`;
}

function figures(): string {
  return [
    "| made-up secrets | texts | hidden |",
    "|---|---|---|",
    ...recall(SEED).map(row),
    ...recallOfPairs(SEED).map(row),
    "",
    "| innocent texts | texts | changed |",
    "|---|---|---|",
    ...falseHits().map(row),
    "",
    `Each text stands in ${Object.keys(QUOTINGS).length} kinds of quoting: ${Object.keys(QUOTINGS)
      .map((name) => `${name.charAt(0).toLowerCase() === "a" ? name : `\`${name}\``}`)
      .join(", ")}.`,
  ].join("\n");
}

const row = ({ group, texts, hits }: Score): string =>
  `| ${group} | ${texts.toLocaleString("en")} | ${((100 * hits) / texts).toFixed(1)} % |`;
