import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const pages = [
  "README.md",
  ...["docs", "examples", "bench"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
];

test.each(pages)("every link of %s to a file of this project leads to one", (page) => {
  const links = [...readFileSync(page, "utf8").matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(
    ([, target = ""]) => target,
  );
  expect(links.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
});

test("every page of docs/ can be reached from the README", () => {
  const readme = readFileSync("README.md", "utf8");
  expect(
    readdirSync("docs").filter((name) => name.endsWith(".md") && !readme.includes(`(docs/${name})`)),
  ).toEqual([]);
});
