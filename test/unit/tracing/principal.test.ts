import { type DiagLogger, DiagLogLevel, diag } from "@opentelemetry/api";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, test } from "vitest";
import { ActionLogger, type Approval, traceTool } from "../../../src/index.js";
import { hostileValues } from "../internal/hostile-values.js";
import { record } from "./recording.js";

const PRINCIPAL = { userId: "ann", onBehalfOf: ["svc-billing", "ann"], trigger: "schedule" };
const PRINCIPAL_ATTRIBUTES = {
  "user.id": "ann",
  "agent_actions.on_behalf_of": ["svc-billing", "ann"],
  "agent_actions.trigger": "schedule",
};
const KEYS = Object.keys(PRINCIPAL_ATTRIBUTES);
const SHA256 = "ab".repeat(32);

afterEach(() => diag.disable());

function warningsOf(work: () => unknown): string[] {
  const warnings: string[] = [];
  const note = (message: string, ...rest: unknown[]) => void warnings.push([message, ...rest].join(" "));
  const logger: DiagLogger = { verbose: note, debug: note, info: note, warn: note, error: note };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  work();
  return warnings;
}

describe("what a logger knows of its agent and of whom it serves", () => {
  test("stands on every span that it makes", async () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent", agentVersion: "1.4.0", ...PRINCIPAL });
    logger.toolCall("Read", {}, () => undefined);
    logger.decision("pick", {}, () => undefined);
    logger.task("job", () => undefined);
    logger.execution(() => undefined);
    await logger.logToolCall({ toolName: "Write" });
    await logger.logRoutingDecision({});
    expect(recording.spans()).toHaveLength(7);
    for (const { attributes } of recording.spans())
      expect(attributes).toMatchObject({ ...PRINCIPAL_ATTRIBUTES, "gen_ai.agent.version": "1.4.0" });
  });

  test("stands on none where it is not given", () => {
    const recording = record();
    new ActionLogger({ agentName: "agent" }).toolCall("Read", {}, () => undefined);
    const { attributes } = recording.span("execute_tool Read");
    for (const key of [...KEYS, "gen_ai.agent.version"]) expect(attributes).not.toHaveProperty([key]);
  });

  test("passes to child loggers and traced tools, but for the version of an agent of another name", () => {
    const recording = record();
    const lead = new ActionLogger({ agentName: "lead", agentVersion: "1.4.0", ...PRINCIPAL });
    lead.child({ sessionId: "s" }).toolCall("Same", {}, () => undefined);
    lead.child({ agentName: "helper" }).toolCall("Other", {}, () => undefined);
    lead.child({ agentName: "helper", agentVersion: "2" }).toolCall("Versioned", {}, () => undefined);
    lead.within(() => {
      traceTool("Traced", () => 1)();
      traceTool("Renamed", () => 1, { agentName: "helper" })();
    });
    for (const { attributes } of recording.spans()) expect(attributes).toMatchObject(PRINCIPAL_ATTRIBUTES);
    expect(
      recording.spans().map(({ name, attributes }) => [name.slice(13), attributes["gen_ai.agent.version"]]),
    ).toEqual([
      ["Same", "1.4.0"],
      ["Other", undefined],
      ["Versioned", "2"],
      ["Traced", "1.4.0"],
      ["Renamed", undefined],
    ]);
  });

  test("is left out where it has another type, and that is reported", () => {
    const recording = record();
    const warnings = warningsOf(() => {
      const wrong = { agentVersion: 4, userId: 7, onBehalfOf: "ann", trigger: "" } as never;
      new ActionLogger({ agentName: "agent", ...(wrong as object) }).toolCall("Read", {}, () => undefined);
    });
    const { attributes } = recording.span("execute_tool Read");
    for (const key of [...KEYS, "gen_ai.agent.version"]) expect(attributes).not.toHaveProperty([key]);
    for (const option of ["userId", "onBehalfOf", "trigger"])
      expect(warnings.some((warning) => warning.includes(`${option} has to be`))).toBe(true);
  });
});

describe("whom a run serves", () => {
  test("holds for everything inside, before what the loggers say", async () => {
    const recording = record();
    const lead = new ActionLogger({ agentName: "lead", userId: "nobody" });
    const helper = new ActionLogger({ agentName: "helper" });
    await lead.execution(
      async () => {
        lead.toolCall("Read", {}, () => undefined);
        await Promise.resolve();
        helper.toolCall("Write", {}, () => undefined);
        traceTool("Grep", () => 1)();
      },
      { executionId: "run-1", ...PRINCIPAL },
    );
    lead.toolCall("After", {}, () => undefined);
    const after = recording.span("execute_tool After").attributes;
    expect(after["user.id"]).toBe("nobody");
    expect(after).not.toHaveProperty(["agent_actions.trigger"]);
    const inside = recording.spans().filter(({ name }) => name !== "execute_tool After");
    expect(inside.map(({ name }) => name)).toEqual([
      "execution_start",
      "execute_tool Read",
      "execute_tool Write",
      "execute_tool Grep",
      "invoke_agent lead",
    ]);
    for (const { attributes } of inside) expect(attributes).toMatchObject(PRINCIPAL_ATTRIBUTES);
    for (const { attributes } of inside.filter(({ attributes }) => "agent_actions.details" in attributes))
      expect(attributes["agent_actions.details"]).not.toContain("schedule");
  });

  test("of a run inside another is its own, where it says so, else that of the run around", () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent" });
    logger.execution(
      () => logger.execution(() => logger.toolCall("Read", {}, () => undefined), { trigger: "hand-off" }),
      PRINCIPAL,
    );
    expect(recording.span("execute_tool Read").attributes).toMatchObject({
      ...PRINCIPAL_ATTRIBUTES,
      "agent_actions.trigger": "hand-off",
    });
  });

  test("costs nothing that is not sampled", () => {
    record({ sampler: new AlwaysOffSampler() });
    const logger = new ActionLogger({ agentName: "agent" });
    expect(logger.execution(() => 1, PRINCIPAL)).toBe(1);
  });
});

describe("an approval", () => {
  const approval: Approval = {
    approvedBy: "ann@example.org",
    approvalMethod: "prompt",
    policy: "payments/3",
    argumentsSha256: SHA256.toUpperCase(),
  };
  const attributes = {
    "agent_actions.approved_by": "ann@example.org",
    "agent_actions.approval_method": "prompt",
    "agent_actions.policy": "payments/3",
    "agent_actions.arguments_sha256": SHA256,
  };

  test("stands on the decision that it was given with, logged or scoped", async () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent" });
    await logger.logDecision({ decisionName: "logged", decisionResult: true, ...approval });
    expect(logger.decision("scoped", {}, () => true, approval)).toBe(true);
    logger.decision("resource", {}, approval).end();
    for (const name of ["logged", "scoped", "resource"])
      expect(recording.span(`decision ${name}`).attributes).toMatchObject(attributes);
  });

  test("can be set while the decision is made, in parts", async () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent" });
    const { approvedBy, ...known } = approval;
    await logger.decision(
      "pay",
      {},
      async (action) => void action.setApproval({ approvedBy: "ann@example.org" }),
      known,
    );
    expect(recording.span("decision pay").attributes).toMatchObject(attributes);
  });

  test("that is none is left out and reported, and breaks nothing", () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent" });
    const warnings = warningsOf(() => {
      logger.decision("short", {}, () => 1, { argumentsSha256: "abc", approvedBy: " " });
      for (const value of Object.values(hostileValues()))
        expect(logger.decision("hostile", {}, (action) => action && 1, value as never)).toBe(1);
      expect(
        logger.decision("setting", {}, (action) => {
          for (const value of Object.values(hostileValues())) action.setApproval(value as never);
          return 2;
        }),
      ).toBe(2);
    });
    for (const { attributes: made } of recording.spans())
      for (const key of Object.keys(attributes)) expect(made).not.toHaveProperty([key]);
    for (const option of ["argumentsSha256", "approvedBy"])
      expect(warnings.some((warning) => warning.includes(`${option} has to be`))).toBe(true);
  });
});
