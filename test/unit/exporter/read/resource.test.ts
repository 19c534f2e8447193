import { expect, test } from "vitest";
import { readableSpan } from "../../../../exporter/read/readable-span.js";
import type { ReadableSpan } from "../../../../exporter/read/sdk-types.js";
import { createTransform, type TransformOptions } from "../../../../exporter/read/transform.js";
import type { ActionEvent } from "../../../../src/event/index.js";

const RESOURCE = {
  "service.name": "shop",
  "service.version": "1.4.2",
  "deployment.environment.name": "staging",
  "deployment.environment": "old name",
};

const toolCall = (resource: Readonly<Record<string, unknown>>): ReadableSpan =>
  readableSpan({
    traceId: "a".repeat(32),
    spanId: "b".repeat(16),
    name: "execute_tool Read",
    kind: 0,
    startTime: [1_785_000_000, 0],
    endTime: [1_785_000_001, 0],
    status: { code: 0 },
    attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "Read" },
    resource: resource as Record<string, string>,
  });

function eventOf(span: ReadableSpan, options: TransformOptions = {}): ActionEvent {
  const transformed = createTransform(options)(span);
  if (transformed.outcome !== "event") throw new Error(`No event: ${transformed.outcome}`);
  return transformed.event as ActionEvent;
}

test("service, version and environment of the resource stand in every event, also where content is hidden", () => {
  const said = { service_name: "shop", service_version: "1.4.2", environment: "staging" };
  expect(eventOf(toolCall(RESOURCE))).toMatchObject(said);
  expect(eventOf(toolCall(RESOURCE), { captureContent: false })).toMatchObject(said);
});

test("the environment under the name of older conventions is read, and what is not said is absent", () => {
  const event = eventOf(toolCall({ "deployment.environment": "production" }));
  expect(event.environment).toBe("production");
  expect(event).not.toHaveProperty("service_version");
});

test("a resource whose detectors are at work is read again when they are done", () => {
  const resource: Record<string, unknown> = {
    attributes: RESOURCE,
    asyncAttributesPending: true,
    getRawAttributes: () => [
      ["service.name", "shop"],
      ["service.version", Promise.resolve("1.4.2")],
    ],
  };
  const span = () => Object.assign(toolCall({}), { resource }) as unknown as ReadableSpan;
  expect(eventOf(span())).toMatchObject({ service_name: "shop" });
  expect(eventOf(span())).not.toHaveProperty("service_version");
  resource.asyncAttributesPending = false;
  expect(eventOf(span())).toMatchObject({ service_version: "1.4.2", environment: "staging" });
});
