import { expect, test } from "vitest";
import { describeError } from "../../../src/internal/describe-error.js";
import { hostileValues } from "./hostile-values.js";

class ToolError extends Error {}

test.each<[string, unknown, { type: string; message: string }]>([
  ["an error by its name", new TypeError("no"), { type: "TypeError", message: "no" }],
  ["one of a subclass by its class", new ToolError("no"), { type: "ToolError", message: "no" }],
  [
    "a plain Error by its code",
    Object.assign(new Error("gone"), { code: "ENOENT" }),
    { type: "ENOENT", message: "gone" },
  ],
  ["a plain Error without one", new Error("no"), { type: "Error", message: "no" }],
  ["an abort", AbortSignal.abort().reason, { type: "AbortError", message: "This operation was aborted" }],
  ["a text", "no", { type: "string", message: "no" }],
  ["undefined", undefined, { type: "undefined", message: "undefined" }],
  ["a symbol", Symbol("no"), { type: "symbol", message: "Symbol(no)" }],
  ["a bigint", 7n, { type: "bigint", message: "7" }],
  ["an object by its code", { code: "E_NO", message: "no" }, { type: "E_NO", message: "no" }],
  ["an object without anything", {}, { type: "Object", message: "" }],
  ["an object of a null prototype", Object.create(null), { type: "Error", message: "" }],
])("%s", (_, thrown, description) => {
  expect(describeError(thrown)).toEqual(description);
});

test.each(Object.keys(hostileValues()))("the hostile value %s is described by two texts", (name) => {
  const { type, message } = describeError(hostileValues()[name]);
  expect([typeof type, typeof message]).toEqual(["string", "string"]);
  expect(type).not.toBe("");
});

test("an error without a message says what its parts say", () => {
  const refused = ["::1", "127.0.0.1"].map((address) => new Error(`connect ECONNREFUSED ${address}:5432`));
  expect(describeError(new AggregateError(refused)).message).toBe(
    "connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432",
  );
  const endless: unknown[] = [];
  const circular = new AggregateError(endless);
  circular.errors = [circular, circular, null, 7];
  expect(describeError(circular)).toEqual({ type: "AggregateError", message: "" });
});
