import { expect, test } from "vitest";
import { abortable } from "../../../src/kafka/broker-ready.js";

const never = () => new Promise<never>(() => undefined);

test("work that settles first decides", async () => {
  const { signal } = new AbortController();
  expect(await abortable(Promise.resolve(1), signal)).toBe(1);
  await expect(abortable(Promise.reject(new Error("work")), signal)).rejects.toThrow("work");
});

test("an abort decides over work that does not settle, before it began or after", async () => {
  const controller = new AbortController();
  const later = abortable(never(), controller.signal);
  controller.abort(new Error("enough"));
  await expect(later).rejects.toThrow("enough");
  await expect(abortable(never(), controller.signal)).rejects.toThrow("enough");
});
