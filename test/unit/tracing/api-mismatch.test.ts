import { expect, test } from "vitest";
import { ActionLogger } from "../../../src/index.js";

const API_GLOBAL = Symbol.for("opentelemetry.js.api.1");

test("a provider that was registered through an older API is said once to be out of sight", async (t) => {
  const before: unknown = Reflect.get(globalThis, API_GLOBAL);
  t.onTestFinished(() => void Reflect.set(globalThis, API_GLOBAL, before));
  const warnings: Error[] = [];
  const keep = (warning: Error) => void warnings.push(warning);
  process.on("warning", keep);
  t.onTestFinished(() => void process.off("warning", keep));
  const logger = new ActionLogger({ agentName: "agent" });

  expect(logger.toolCall("before", {}, () => 1)).toBe(1);
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);

  Reflect.set(globalThis, API_GLOBAL, { version: "1.2.0", trace: {} });
  expect(logger.toolCall("first", {}, () => 2)).toBe(2);
  expect(await logger.logSuccess({ successName: "second" })).toBe(false);
  await new Promise(setImmediate);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatchObject({ code: "AGENT_ACTIONS_API_MISMATCH" });
  expect(warnings[0]?.message).toContain("registered through @opentelemetry/api 1.2.0");
});
