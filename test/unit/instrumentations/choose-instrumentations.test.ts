import { expect, test } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { EnvReader } from "../../../src/config/env-reader.js";
import { chooseInstrumentations } from "../../../src/instrumentations/choose-instrumentations.js";
import { makeInstrumentation } from "../../../src/instrumentations/make-instrumentation.js";
import { INSTRUMENTATIONS, type InstrumentationName } from "../../../src/instrumentations/registry.js";

const known = {
  mcp: { packages: [], onByDefault: true },
  langchain: { packages: [], onByDefault: true },
  fs: { packages: [], onByDefault: false },
};

const choose = (env: NodeJS.ProcessEnv) => chooseInstrumentations(known, new EnvReader(env));

test.each([
  [{}, ["mcp", "langchain"]],
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http,langchain, fs" }, ["langchain", "fs"]],
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http" }, []],
  [{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: "mcp,http" }, ["langchain"]],
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: "mcp,fs", OTEL_NODE_DISABLED_INSTRUMENTATIONS: "mcp" }, ["fs"]],
  [{ AGENT_ACTIONS_INSTRUMENTATIONS: "none" }, []],
  [{ AGENT_ACTIONS_INSTRUMENTATIONS: "all" }, ["mcp", "langchain", "fs"]],
  [{ AGENT_ACTIONS_INSTRUMENTATIONS: "FS, mcp" }, ["mcp", "fs"]],
  [{ AGENT_ACTIONS_INSTRUMENTATIONS: "", OTEL_NODE_DISABLED_INSTRUMENTATIONS: "mcp" }, ["langchain"]],
  [
    {
      AGENT_ACTIONS_INSTRUMENTATIONS: "mcp",
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: "fs",
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: "mcp",
    },
    ["mcp"],
  ],
])("%j switches on %j", (env, names) => {
  expect(choose(env)).toEqual({ names, problems: [] });
});

test("a name of our own variable that nobody knows is told, and the others are on", () => {
  expect(choose({ AGENT_ACTIONS_INSTRUMENTATIONS: "mcp,lanchain" })).toEqual({
    names: ["mcp"],
    problems: ["AGENT_ACTIONS_INSTRUMENTATIONS names lanchain, which is none of mcp, langchain, fs"],
  });
});

test("all that are registered are on by default, but those for files and commands", () => {
  const { names } = chooseInstrumentations(INSTRUMENTATIONS, new EnvReader({}));
  expect(names).toEqual(
    Object.keys(INSTRUMENTATIONS).filter((name) => !["fs", "child-process"].includes(name)),
  );
  expect(names).toContain("mcp");
});

test("each has an entry of the package, and there is no other", () => {
  const entries = Object.keys(manifest.exports).filter((entry) => entry.startsWith("./instrumentations/"));
  expect(entries.sort()).toEqual(
    Object.keys(INSTRUMENTATIONS)
      .map((name) => `./instrumentations/${name}`)
      .sort(),
  );
});

test("each name loads the instrumentation of that name, which can be switched off again", () => {
  for (const name of Object.keys(INSTRUMENTATIONS) as InstrumentationName[]) {
    const instrumentation = makeInstrumentation(name, { enabled: false });
    expect(instrumentation.instrumentationName).toBe(`otel-agent-actions/instrumentations/${name}`);
    expect(instrumentation.isEnabled()).toBe(false);
    instrumentation.enable();
    expect(instrumentation.isEnabled()).toBe(true);
    instrumentation.disable();
    expect(instrumentation.isEnabled()).toBe(false);
  }
});
