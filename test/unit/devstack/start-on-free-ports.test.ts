import { expect, test } from "vitest";
import { startOnFreePorts } from "../../../src/devstack/stack-home.js";
import { DevStackError } from "../../../src/errors.js";

test.each([
  "java.net.BindException: Address already in use",
  'FATAL: could not bind IPv4 address "127.0.0.1": Address already in use',
  "Bind for 127.0.0.1:9092 failed: port is already allocated",
])("a port that was taken meanwhile (%s) leads to other ports", async (message) => {
  const tried: (readonly number[])[] = [];
  const result = await startOnFreePorts(2, async (ports) => {
    tried.push(ports);
    if (tried.length < 3) throw new DevStackError(message);
    return "up";
  });
  expect(result).toBe("up");
  expect(tried.map((ports) => ports.length)).toEqual([2, 2, 2]);
  expect(new Set(tried.flat()).size).toBe(6);
});

test("any other failure is passed on at once", async () => {
  let calls = 0;
  const started = startOnFreePorts(1, async () => {
    calls += 1;
    throw new DevStackError("no space left on device");
  });
  await expect(started).rejects.toThrow("no space left on device");
  expect(calls).toBe(1);
});

test("a machine on which every port is taken is not asked for ever", async () => {
  const started = startOnFreePorts(1, async () => {
    throw new DevStackError("Address already in use");
  });
  await expect(started).rejects.toThrow("Address already in use");
});
