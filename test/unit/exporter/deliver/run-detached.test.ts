import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { isTracingSuppressed } from "@opentelemetry/core";
import { expect, onTestFinished, test } from "vitest";
import { runDetached, suppressTracing } from "../../../../exporter/deliver/run-detached.js";

test("the SDK's own question is answered with yes", () => {
  expect(isTracingSuppressed(suppressTracing(ROOT_CONTEXT))).toBe(true);
  expect(isTracingSuppressed(ROOT_CONTEXT)).toBe(false);
});

test("detached work is suppressed and knows nothing of the caller's context, also later", async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  onTestFinished(() => context.disable());
  const key = Symbol("of the agent");
  const seen = await context.with(ROOT_CONTEXT.setValue(key, "value"), () =>
    runDetached(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return [context.active().getValue(key), isTracingSuppressed(context.active())];
    }),
  );
  expect(seen).toEqual([undefined, true]);
});
