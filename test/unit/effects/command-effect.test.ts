import { expect, test } from "vitest";
import { commandJudgement } from "../../../src/effects/command-effect.js";

test.each([
  ["ls -la | grep x | wc -l", "reads"],
  ["git -C /repo status", "not_said"],
  ["git status && git diff HEAD~1", "reads"],
  ["cat a > b", "not_said"],
  ["npm ls 2>&1", "reads"],
  ["cat a 2>/dev/null", "reads"],
  ["echo 'a > b; rm -rf /'", "reads"],
  ["echo $(rm -rf /)", "not_said"],
  ["find . -name x -delete", "not_said"],
  ["mkdir -p a && git add . && git commit -m 'done; rm'", "yes"],
  ["git branch -D old", "no"],
  ["npm test", "not_said"],
  ["npm test; rm -rf build", "no"],
  ["sudo FOO=1 /bin/rm x", "no"],
  ["git push origin main", "no"],
  ["cat a\nrm b", "no"],
  ["# a comment\nls", "reads"],
  ["", "not_said"],
  ['echo "unfinished', "reads"],
])("%j: %s", (command, reversible) => {
  expect(commandJudgement(command).reversible).toBe(reversible);
});

test("a line of any size and form is judged in one pass", () => {
  for (const line of ["'".repeat(100_001), '"\\'.repeat(50_000), "a&".repeat(50_000), ">".repeat(100_000)])
    expect(commandJudgement(line).reversible).toBe("not_said");
});
