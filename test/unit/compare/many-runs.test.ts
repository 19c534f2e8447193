import { expect, test } from "vitest";
import { consensusOf } from "../../../src/compare/consensus.js";
import { overRepresented } from "../../../src/compare/over-represented.js";
import { actionsOf, newTable, runOf } from "./runs.js";

const judged = (all: readonly [calls: string, succeeded: boolean | undefined][]) => {
  const table = newTable();
  return all.map(([calls, succeeded], index) => ({
    run: runOf(`${index}`, calls.split(" "), table),
    succeeded,
  }));
};

test("of many runs the representative, the steps that most have, and where they part are found", () => {
  const runs = judged([
    ["plan search read write test", true],
    ["plan search read write test", true],
    ["plan search guess write", false],
    ["plan search read lint write test", undefined],
    ["plan ask search guess", false],
  ]);
  const { representative, steps, partings } = consensusOf(runs);
  const names = (places: readonly number[]) =>
    places.map((place) => runs[representative]!.run.actions[place]!.name);
  expect(names([...steps.map(({ place }) => place)])).toEqual(["plan", "search", "read", "write", "test"]);
  expect(steps.map(({ support }) => support)).toEqual([5, 5, 3, 4, 3]);
  const [first] = partings;
  expect(names([first!.after])).toEqual(["search"]);
  expect(
    first!.branches.map(({ example, runs: taken, succeeded, judged: of }) => [
      runs[example!.run]!.run.actions[example!.place]!.name,
      taken,
      `${succeeded} of ${of}`,
    ]),
  ).toEqual([
    ["read", [0, 1, 3], "2 of 2"],
    ["guess", [2, 4], "0 of 2"],
  ]);
});

test("runs that all do the same part nowhere, and a branch may be the end", () => {
  expect(
    consensusOf(
      judged([
        ["a b", true],
        ["a b", true],
      ]),
    ).partings,
  ).toEqual([]);
  const [parting] = consensusOf(
    judged([
      ["a b c", true],
      ["a b c", true],
      ["a b", false],
    ]),
  ).partings;
  expect(parting?.branches.at(-1)).toMatchObject({ example: undefined, runs: [2], succeeded: 0, judged: 1 });
});

test("what more of the failed runs have than chance explains comes first, adjusted for all that was looked at", () => {
  const run = (failed: boolean, index: number) =>
    actionsOf([
      { name: "read", input: { path: `/home/ada/shop/src/${index % 2 === 0 ? "api" : "ui"}/file.ts` } },
      ...(failed ? [{ name: "bash", input: { command: "npm i", timeout: 5 } }] : []),
      { name: "write", row: { agent_version: failed ? "2.0" : "1.9", project_path: "/home/ada/shop" } },
    ]);
  const selected = Array.from({ length: 20 }, (_, index) => index < 10);
  const result = overRepresented(selected.map(run), selected);
  expect(result).toMatchObject({ selectedRuns: 10, otherRuns: 10 });
  const certain = result.properties.filter(({ p }) => p < 0.01).map(({ kind, value }) => `${kind} ${value}`);
  expect(certain.sort()).toEqual([
    "argument bash.command",
    "argument bash.timeout",
    "tool bash",
    "version 2.0",
  ]);
  expect(result.properties.every(({ selected: count, effect }) => count > 0 && effect > 0)).toBe(true);
});

test("a file area is of the folders below the project, of the first two otherwise", () => {
  const of = (path: string, project: string | null) =>
    overRepresented(
      [actionsOf([{ name: "read", input: { file_path: path }, row: { project_path: project } }]), []],
      [true, false],
    )
      .properties.filter(({ kind }) => kind === "file area")
      .map(({ value }) => value);
  expect(of("/home/ada/shop/src/api/v1/list.ts", "/home/ada/shop")).toEqual(["src/api"]);
  expect(of("/srv/data/2026/x.csv", "/home/ada/shop")).toEqual(["/srv/data"]);
  expect(of("src\\api\\list.ts", null)).toEqual(["src/api"]);
  expect(of("README.md", null)).toEqual([]);
});
