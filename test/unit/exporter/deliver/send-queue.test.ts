import fc from "fast-check";
import { expect, test } from "vitest";
import { DeliveryCounters } from "../../../../exporter/deliver/delivery-counters.js";
import { type QueuedRecord, SendQueue } from "../../../../exporter/deliver/send-queue.js";
import { recordOf } from "../records.js";

const itemOf = (position: number, bytes = 10): QueuedRecord => ({
  record: recordOf(`${position}`, { bytes }),
  settle: undefined,
  counters: new DeliveryCounters(),
  isOnDisk: false,
  queuedAt: 0,
  position,
  state: "waiting",
});

test("whatever joins, leaves and is taken, the line has what a plain list would have", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant("join"), fc.constant("take"), fc.nat(30)), { maxLength: 200 }),
      (steps) => {
        const line = new SendQueue();
        let model: QueuedRecord[] = [];
        let joined = 0;
        for (const step of steps) {
          if (step === "join") {
            const item = itemOf(++joined, 10 + (joined % 7));
            line.add(item);
            model.push(item);
          } else if (step === "take") {
            const taken = line.take(3, 40);
            expect(taken).toEqual(model.slice(0, taken.length));
            expect(taken.length > 0 || model.length === 0).toBe(true);
            model = model.slice(taken.length);
          } else {
            const item = model[Number(step) % Math.max(model.length, 1)];
            if (item) line.withdraw(item);
            model = model.filter((other) => other !== item);
          }
          expect(line.length).toBe(model.length);
          expect(line.bytes).toBe(model.reduce((sum, { record }) => sum + record.value.length, 0));
          expect(line.first()).toBe(model[0]);
        }
      },
    ),
  );
});

test("what was withdrawn is not held, though nothing is ever taken", async () => {
  const line = new SendQueue();
  const withdrawn: WeakRef<QueuedRecord>[] = [];
  for (let position = 1; position <= 100; position++) {
    const item = itemOf(position);
    line.add(item);
    line.withdraw(item);
    withdrawn.push(new WeakRef(item));
  }
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const held = () => withdrawn.filter((reference) => reference.deref() !== undefined).length;
  for (let round = 0; round < 50 && held() > 2; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  expect(held()).toBeLessThanOrEqual(2);
});
