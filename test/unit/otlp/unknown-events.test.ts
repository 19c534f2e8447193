import { expect, test } from "vitest";
import { type UnknownEvent, UnknownEvents, unknownEvent } from "../../../src/otlp/unknown-events.js";

test("the program and its version are those of the service, else of the scope", () => {
  const scope = { name: "com.acme.cli", version: "0.9" };
  const resource = { "service.name": "acme", "service.version": "2.1.0" };
  expect(unknownEvent({ resource, scope }, "acme.thought")).toEqual({
    event: "acme.thought",
    program: "acme",
    version: "2.1.0",
  });
  expect(unknownEvent({ resource: {}, scope }, "x")).toMatchObject({
    program: "com.acme.cli",
    version: "0.9",
  });
  expect(unknownEvent({ resource: {}, scope: { name: "" } }, undefined)).toEqual({
    event: "unnamed",
    program: "",
    version: "",
  });
  const long = unknownEvent({ resource: { "service.name": "x".repeat(10_000) }, scope }, "x");
  expect(long.program.length).toBe(100);
});

test("each version is told once, and what has no name or is too much never", () => {
  const told: UnknownEvent[] = [];
  const events = new UnknownEvents((event) => told.push(event));
  const of = (event: string, version: string) => ({ event, program: "acme", version });
  for (const one of [of("a", "1"), of("a", "1"), of("a", "2"), of("unnamed", "1")]) events.count(one);
  expect(told).toEqual([of("a", "1"), of("a", "2")]);
  for (let index = 0; index < 200; index++) events.count(of(`b${index}`, "1"));
  expect(told.length).toBe(99);
  expect(events.snapshot().length).toBe(101);
});
