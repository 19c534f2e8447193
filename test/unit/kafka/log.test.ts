import { logLevel } from "kafkajs";
import pino from "pino";
import { expect, test } from "vitest";
import { logOptions, pinoLog } from "../../../src/kafka/log.js";

function setUp() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const write = logOptions(pinoLog(log)).logCreator();
  const entry = (level: logLevel, message: string, extra: object = {}) =>
    write({ namespace: "Consumer", level, label: "", log: { timestamp: "", message, ...extra } });
  return { lines, entry };
}

test("kafkajs's errors are warnings, with the places that they name and nothing else", () => {
  const { lines, entry } = setUp();
  entry(logLevel.ERROR, "Crash", {
    groupId: "g",
    stack: "hunter2",
    payload: { secret: "hunter2" },
    partition: 3,
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 40, msg: "[Consumer] Crash", groupId: "g", partition: 3 });
  expect(JSON.stringify(lines)).not.toContain("hunter2");
});

test("a line that comes again and again is told once", () => {
  const { lines, entry } = setUp();
  for (let count = 0; count < 20; count++) entry(logLevel.ERROR, "Connection error: ECONNREFUSED");
  entry(logLevel.WARN, "something else");
  expect(lines.map(({ msg }) => msg)).toEqual([
    "[Consumer] Connection error: ECONNREFUSED",
    "[Consumer] something else",
  ]);
});
