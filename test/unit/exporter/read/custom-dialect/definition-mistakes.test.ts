import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { AgentActionSpanProcessor, createDialect, createTransform } from "../../../../../exporter/index.js";
import { definitionMistakes } from "../../../../../exporter/read/dialects/custom/check-definition.js";
import {
  DIALECTS_FILE,
  readDialects,
} from "../../../../../exporter/read/dialects/custom/resolve-dialects.js";
import { DIALECT_SCHEMA } from "../../../../../scripts/dialect-schema.js";
import { ConfigError } from "../../../../../src/errors.js";
import { diagLines, textsAt } from "../../../../helpers/diag-lines.js";
import { spanOf } from "../../spans.js";

const where = { scope: "acme" };
const withAction = (action: object) => ({ name: "acme", actions: [{ type: "tool_call", where, ...action }] });
const withWhere = (condition: unknown) => ({ name: "acme", actions: [{ type: "run", where: condition }] });
const accepts = new Ajv2020({ strict: false, allowUnionTypes: true }).compile(DIALECT_SCHEMA);

/** Definitions with one mistake each: where it is, and what is said of it. */
const MISTAKES: readonly (readonly [what: string, definition: unknown, said: RegExp])[] = [
  ["no object", "acme", /^dialect has to be an object/],
  ["no name", { actions: withAction({}).actions }, /^dialect\.name has to be a text/],
  ["a name with spaces", { ...withAction({}), name: "my dialect" }, /name has to be/],
  ["no actions", { name: "acme", actions: [] }, /actions has to be a list of at least one/],
  ["an action that is none", { name: "acme", actions: [1] }, /actions\[0\] has to be an object/],
  [
    "a member that nobody knows",
    { ...withAction({}), agents: "a" },
    /agents is not known; known are name, actions/,
  ],
  ["a member of an action that nobody knows", withAction({ args: "a" }), /actions\[0\]\.args is not known/],
  ["a type that does not exist", withAction({ type: "tool" }), /type has to be one of tool_call, decision/],
  [
    "a decision that does not exist",
    withAction({ type: "decision", decision: "maybe" }),
    /decision has to be one of/,
  ],
  [
    "an absence that does not exist",
    withAction({ absent: "masked" }),
    /absent has to be one of nothing, hidden/,
  ],
  ["masks that are no list", { ...withAction({}), masks: "x" }, /masks has to be a list of texts/],
  ["details that are no object", withAction({ details: ["a"] }), /details has to be an object/],
  [
    "a source in details",
    withAction({ details: { region: 1 } }),
    /details\.region has to be an attribute's key/,
  ],
  ["an empty source", withAction({ name: "" }), /name has to be an attribute's key/],
  ["an empty list of sources", withAction({ name: [] }), /name has to be an attribute's key/],
  ["a source inside of a list", withAction({ name: ["a", null] }), /name\[1\] has to be an attribute's key/],
  [
    "a source without a place",
    withAction({ name: { path: "a" } }),
    /name\.from has to be an attribute's key/,
  ],
  [
    "a source with more than it may have",
    withAction({ name: { prefix: "a", path: "b" } }),
    /name\.path is not known/,
  ],
  ["an empty prefix", withAction({ name: { prefix: "" } }), /name\.prefix has to be the beginning/],
  ["a constant that is none", withAction({ name: { value: null } }), /name\.value has to be a text/],
  ["no condition", withWhere(undefined), /where has to say which spans/],
  ["a condition that fits all", withWhere({}), /where has to say which spans/],
  ["a condition that nobody knows", withWhere({ kind: 1 }), /where\.kind is not known/],
  ["a scope that is a number", withWhere({ scope: 1 }), /where\.scope has to be a value/],
  [
    "attributes that are none",
    withWhere({ attributes: {} }),
    /where\.attributes has to be an object of conditions/,
  ],
  [
    "an attribute that is null",
    withWhere({ attributes: { k: null } }),
    /attributes\["k"\] has to be a value/,
  ],
  ["an empty list of values", withWhere({ attributes: { k: [] } }), /attributes\["k"\] has to be a value/],
  [
    "an existence that is a text",
    withWhere({ attributes: { k: { exists: "yes" } } }),
    /exists has to be true or false/,
  ],
  ["a prefix that is a number", withWhere({ name: { prefix: 1 } }), /name\.prefix has to be a text/],
];

/** The same for what a JSON schema cannot tell. */
const DEEPER: typeof MISTAKES = [
  ["a path that is none", withAction({ name: { from: "a", path: "b[" } }), /name\.path has to be a path/],
  [
    "an expression that is none",
    withAction({ name: { from: "a", pattern: "(" } }),
    /name\.pattern has to be a regular expression/,
  ],
  [
    "a condition's expression",
    withWhere({ name: { pattern: "[" } }),
    /where\.name\.pattern has to be a regular expression/,
  ],
  [
    "a decision of another type",
    withAction({ decision: "plan" }),
    /decision is for actions of the type decision only/,
  ],
  ["an agent on every span", { ...withAction({}), agent: ["a", "span.name"] }, /agent is read on every span/],
  [
    "a session for every span",
    { ...withAction({}), session: { value: "s" } },
    /session is read on every span/,
  ],
];

describe("a mistake is told with its place", () => {
  test.each([...MISTAKES, ...DEEPER])("%s", (_what, definition, said) => {
    const mistakes = definitionMistakes(definition);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(said);
  });

  test.each(MISTAKES)("the schema refuses it too: %s", (_what, definition) => {
    expect(accepts(definition)).toBe(false);
  });
});

test.each([
  withAction({ name: ["a", { from: "b", path: ["c", 0], pattern: "d" }, { prefix: "e." }, { value: 1 }] }),
  withWhere({
    scope: ["a"],
    name: { prefix: "b" },
    attributes: { c: 1, d: [true, "e"], f: { exists: false } },
  }),
  { ...withAction({ details: { region: "r" }, absent: "hidden" }), agent: "a", session: ["s"], masks: ["x"] },
])("what has no mistake is fine with both", (definition) => {
  expect(definitionMistakes(definition)).toEqual([]);
  expect(accepts(definition)).toBe(true);
});

test("all mistakes are told in one error", () => {
  const wrong = { name: "", actions: [{ type: "tool", where: {}, name: "" }] } as never;
  const problems = [/dialect\.name/, /actions\[0\]\.type/, /actions\[0\]\.where/, /actions\[0\]\.name/];
  for (const problem of problems) expect(() => createDialect(wrong)).toThrow(problem);
  expect(() => createDialect(wrong)).toThrow(ConfigError);
});

test("an exporter's options tell them together with their own", () => {
  const construct = () =>
    new AgentActionSpanProcessor({ lingerMillis: -1, dialects: [withAction({ name: "" }), "x"] } as never);
  for (const told of [
    /lingerMillis/,
    /dialects\[0\]\.actions\[0\]\.name/,
    /dialects\[1\] has to be an object/,
  ])
    expect(construct).toThrow(told);
  expect(() => new AgentActionSpanProcessor({ dialects: "acme" } as never)).toThrow(
    /dialects has to be a list/,
  );
});

describe("a file of definitions", () => {
  const folder = mkdtempSync(join(tmpdir(), "dialects-file-"));
  const lines = diagLines();
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => vi.unstubAllEnvs());

  const fileWith = (content: unknown): string => {
    const file = join(folder, "dialects.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const own = { attributes: { "gen_ai.operation.name": "execute_tool" } };

  test("holds one or many", () => {
    const one = withAction({});
    expect(readDialects(fileWith(one)).map(({ name }) => name)).toEqual(["acme"]);
    expect(readDialects(fileWith([one, { ...one, name: "b" }])).map(({ name }) => name)).toEqual([
      "acme",
      "b",
    ]);
  });

  test("is told with its name when it cannot be used", () => {
    expect(() => readDialects(join(folder, "none.json"))).toThrow(/none\.json cannot be read as JSON/);
    expect(() => readDialects(fileWith("{"))).toThrow(ConfigError);
    expect(() => readDialects(fileWith([withAction({}), {}]))).toThrow(/dialects\.json\[1\]\.name/);
  });

  test("that the environment names is asked before the built-in dialects", () => {
    vi.stubEnv(
      DIALECTS_FILE,
      fileWith(withWhere({ attributes: { "gen_ai.operation.name": "execute_tool" } })),
    );
    expect(createTransform()(spanOf(own))).toMatchObject({ dialect: "acme", kind: "action" });
    expect(createTransform()(spanOf({ attributes: { "openinference.span.kind": "TOOL" } }))).toMatchObject({
      dialect: "openinference",
    });
    // Dialects in code go before the environment.
    expect(createTransform({ dialects: [] })(spanOf(own)).outcome).toBe("ignored");
  });

  test("that cannot be used is told, and the built-in dialects go on", () => {
    vi.stubEnv(DIALECTS_FILE, fileWith({ name: "acme" }));
    expect(createTransform()(spanOf(own))).toMatchObject({ dialect: "gen-ai" });
    expect(textsAt(lines, "warn")).toHaveLength(1);
    expect(textsAt(lines, "warn")[0]).toContain(DIALECTS_FILE);
    expect(textsAt(lines, "warn")[0]).toContain("actions has to be a list");
  });
});
