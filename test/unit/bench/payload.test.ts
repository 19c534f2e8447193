import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { payloadOf, recordsWithin } from "../../../bench/consumer/payload.js";

const NOWHERE = join(tmpdir(), "no-such-sessions");

function textOfEvent(order: string, folder: string, index: number): string {
  const value = payloadOf(order, folder)?.make?.(index, 10, Date.UTC(2026, 0, 1)).value;
  return JSON.parse(String(value)).action_details.tool_result.text;
}

test("results are of so many bytes, and of those that are large there are fewer", () => {
  expect(textOfEvent("2048", NOWHERE, 3)).toHaveLength(2_048);
  const large = payloadOf("51200", NOWHERE);
  expect(large?.mark).toBe(" 51200 B");
  expect(recordsWithin(large!, 50_000)).toBe(1_954);
  expect(recordsWithin(large!, 100)).toBe(100);
  expect(recordsWithin(payloadOf("default", NOWHERE)!, 50_000)).toBe(50_000);
});

test("real results are the texts of tools in recorded sessions, in turns", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-sessions-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const line = (role: string, text: string) =>
    JSON.stringify({ message: { role, content: [{ type: "text", text }] } });
  const lines = [line("toolResult", "one"), line("user", "not this"), line("toolResult", "four"), "{}", ""];
  writeFileSync(join(folder, "a.jsonl"), lines.join("\n"));
  expect([0, 1, 2].map((index) => textOfEvent("real", folder, index))).toEqual(["one", "four", "one"]);
  expect(payloadOf("real", folder)).toMatchObject({ mark: " real", bytes: 3.5 });
  expect(payloadOf("real", NOWHERE)).toBeUndefined();
});

test.each(["", "0", "-5", "big"])("%j is no payload", (order) => {
  expect(() => payloadOf(order, NOWHERE)).toThrow("--payload takes default, real, and numbers of bytes");
});
