import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { loadRun } from "../../src/replay/index.js";
import { run as runProgram, startExampleStack } from "./example-stack.js";

const RECORDED = new URL("../../examples/replay/recorded-run.jsonl", import.meta.url).pathname;

test("the recorded run is what record.ts records, read from the database as from the file", async () => {
  const stack = await startExampleStack();
  const { stdout } = await stack.runExample("replay/record.ts");
  expect(stdout).toBe("R 10 was full, so you travel in R 12.\n");
  expect(await stack.untilStored()).toBe(4);
  const [row] = await stack.query("select distinct correlation_id::text as id from agent_actions");
  const recorded = await loadRun(String(row?.id), { databaseUrl: stack.env.DATABASE_URL as string });
  const file = await loadRun(RECORDED);
  for (const run of [recorded, file]) {
    expect(run.take("findTrains", { to: "Oslo" }, undefined)?.result).toEqual({
      to: "Oslo",
      trains: ["R 10", "R 12"],
    });
    expect(run.take("bookSeat", { train: "R 10" }, undefined)?.error?.message).toBe("No seat left in R 10");
    expect(run.take("bookSeat", { train: "R 12" }, undefined)?.result).toEqual({
      train: "R 12",
      seat: "31A",
    });
    expect(run.report()).toMatchObject({ ok: true, calls: 3, unused: [] });
  }
  await expect(loadRun("no-such-run", { databaseUrl: stack.env.DATABASE_URL as string })).rejects.toThrow(
    'no actions of a run "no-such-run"',
  );
});

test("the agent runs without its world, and one that was changed is caught where it diverges", async () => {
  const tsx = new URL("../../node_modules/tsx/dist/cli.mjs", import.meta.url).pathname;
  const { code, stdout } = await runProgram(process.execPath, [tsx, "examples/replay/index.ts"], {});
  expect(code).toBe(0);
  const page = await readFile(new URL("../../examples/replay/README.md", import.meta.url), "utf8");
  expect(page).toContain(`\n\`\`\`\n${stdout}\`\`\`\n`);
});
