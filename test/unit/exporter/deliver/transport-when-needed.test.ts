import { expect, test } from "vitest";
import type { ActionRecord } from "../../../../exporter/deliver/serialize.js";
import type { Transport } from "../../../../exporter/deliver/transport.js";
import { TransportWhenNeeded } from "../../../../exporter/deliver/transport-when-needed.js";

const RECORDS = [{ kind: "action" }] as unknown as readonly ActionRecord[];

test("a transport is loaded by the first records, once for all kinds, and closed", async () => {
  const said: unknown[] = [];
  const inner: Transport = {
    send: async (records) => {
      said.push(records);
      return { status: "sent" };
    },
    close: async (deadline) => void said.push(deadline),
  };
  const transport = new TransportWhenNeeded(async () => {
    said.push("loaded");
    return inner;
  });
  expect(said).toEqual([]);
  expect(await Promise.all([transport.send(RECORDS), transport.send(RECORDS)])).toEqual([
    { status: "sent" },
    { status: "sent" },
  ]);
  await transport.close(5);
  expect(said).toEqual(["loaded", RECORDS, RECORDS, 5]);
});

test("closing what was never needed loads nothing", async () => {
  const transport = new TransportWhenNeeded(() => Promise.reject(new Error("not to be loaded")));
  await transport.close(5);
  expect(await transport.send([])).toMatchObject({ status: "retryable" });
});

test("what cannot be loaded keeps its records, and the next attempt loads again", async () => {
  let attempts = 0;
  const inner: Transport = { send: async () => ({ status: "sent" }), close: () => Promise.resolve() };
  const transport = new TransportWhenNeeded(async () => {
    attempts++;
    if (attempts === 1) throw new Error("no such file");
    return inner;
  });
  const [one, other] = await Promise.all([transport.send(RECORDS), transport.send(RECORDS)]);
  for (const result of [one, other]) {
    expect(result).toMatchObject({ status: "retryable", remaining: RECORDS });
    expect(String(Reflect.get(result, "error"))).toContain(
      "could not be loaded: no such file. Was the package replaced",
    );
  }
  expect(await transport.send(RECORDS)).toEqual({ status: "sent" });
  expect(attempts).toBe(2);
});
