import { expect, test } from "vitest";
import { CHECKS, consumerCpu, lagOfDay, needs } from "../../../bench/capacity/model.js";

test.each(CHECKS)("the model is within 15 % of what was measured: $name", ({ measured, modelled }) => {
  expect(Math.abs(modelled() / measured - 1)).toBeLessThan(0.15);
});

const LOAD = { perSecond: 1_000, peak: 3, keepRowsDays: 30, keepRecordsDays: 7, replicas: 3 };

test("what is needed grows with the rate, and at low rates with the cycles", () => {
  const one = needs(LOAD);
  const ten = needs({ ...LOAD, perSecond: 10_000 });
  expect(ten.postgresBytes / one.postgresBytes).toBeCloseTo(10);
  expect(ten.postgresCores / one.postgresCores).toBeCloseTo(10);
  expect(ten.consumerCores / one.consumerCores).toBeLessThan(10);
  expect(consumerCpu(0)).toBe(0.03);
});

test("lag of an outage is what came meanwhile, and goes with what is left of the capacity", () => {
  // A flat day: 1,000 a second come, 1,500 go, 600 s of outage: 600,000 wait, and 500 a second are caught up.
  const lag = lagOfDay({ perSecond: 1_000, peak: 1 }, 1_500, 600);
  expect(lag.worst).toBe(600_000);
  expect(lag.caughtUpAfter).toBeCloseTo(1_200, -1);
  expect(lagOfDay({ perSecond: 1_000, peak: 1 }, 1_000, 600).caughtUpAfter).toBeUndefined();
  // At the peak nothing is left over: it lasts until the rate falls.
  expect(lagOfDay({ perSecond: 1_000, peak: 3 }, 3_000, 600).caughtUpAfter).toBeGreaterThan(3_600);
});
