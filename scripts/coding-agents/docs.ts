import { compareCalls } from "./compare-calls.js";
import { type Recording, recordings } from "./recordings.js";

const MARKED = /(<!-- coding agents compared -->\n)[\s\S]*?(<!-- end -->)/;

/** docs/coding-agents.md with the table of what each way of each recorded session tells. */
export async function codingAgentDocs(page: string): Promise<string> {
  if (!MARKED.test(page))
    throw new Error("docs/coding-agents.md has no place for the comparison of recordings");
  const rows = (await recordings()).flatMap(rowsOf);
  const head = ["agent", "way", "came", "rows", "calls", "right", "wrong", "not told", "what is wrong"];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return page.replace(MARKED, (_all, begin: string, end: string) => `${begin}${lines.join("\n")}\n${end}`);
}

function rowsOf({ agent, version, facts, ways }: Recording): readonly (readonly string[])[] {
  return ways.map(({ way, taken, events }) => {
    const { calls, right, wrong, unknown, mistakes } = compareCalls(facts, events);
    const rows = new Set(events.map(({ id, call_key: key }, at) => key ?? id ?? at)).size;
    return [
      `${agent} ${version}`,
      way,
      String(taken),
      String(rows),
      `${calls} of ${facts.length}`,
      String(right),
      String(wrong),
      String(unknown),
      mistakesOf(mistakes),
    ];
  });
}

const mistakesOf = (mistakes: readonly string[]): string =>
  [...new Set(mistakes)]
    .map((mistake) => {
      const count = mistakes.filter((other) => other === mistake).length;
      return count === 1 ? mistake : `${mistake} (${count})`;
    })
    .join(", ");
