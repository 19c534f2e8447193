/**
 * `tsx bench/capacity/run.ts --rate 10000 --peak 3`: what an installation needs, and how far it falls behind in an outage. Nothing is
 * measured here; it begins with the model beside what was.
 */
import { parseArgs } from "node:util";
import { formatBytes, formatNumber } from "../../src/cli/format/values.js";
import { CHECKS, lagOfDay, MEASURED, needs, sharedCapacity } from "./model.js";

const { values } = parseArgs({
  options: {
    /** Mean actions a second. Without one: 100, 10,000 and 1,000,000. */
    rate: { type: "string", multiple: true },
    peak: { type: "string", default: "3" },
    days: { type: "string", default: "30" },
    replicas: { type: "string", default: "3" },
    outage: { type: "string", default: "1800" },
    /** Bytes of a row, with indexes: `agent-actions growth` says yours. */
    row: { type: "string", default: String(MEASURED.rowBytes) },
  },
});
const costs = { ...MEASURED, rowBytes: Number(values.row) };

for (const { name, measured, modelled } of CHECKS) {
  const is = modelled();
  console.log(
    `${name}: measured ${measured}, modelled ${is.toPrecision(3)} (${((100 * is) / measured - 100).toFixed(0)} %)`,
  );
}
const peak = Number(values.peak);
for (const rate of values.rate ?? ["100", "10000", "1000000"]) {
  const load = {
    perSecond: Number(rate),
    peak,
    keepRowsDays: Number(values.days),
    keepRecordsDays: 7,
    replicas: Number(values.replicas),
  };
  const need = needs(load, costs);
  console.log(`\n${formatNumber(load.perSecond)} actions a second, ${peak} times that at noon`);
  console.log(
    `  consumers ${need.consumers}, cores: consumers ${need.consumerCores.toFixed(1)}, Postgres ${need.postgresCores.toFixed(1)}, brokers ${need.brokerCores.toFixed(1)}`,
  );
  console.log(
    `  disk: Postgres ${formatBytes(need.postgresBytes)} for ${values.days} days, Kafka ${formatBytes(need.kafkaBytes)} for 7 days with ${values.replicas} copies`,
  );
  // Postgres is what more consumers do not make faster.
  const capacity = Math.max(load.perSecond * peak * 1.4, sharedCapacity(2, costs));
  const lag = lagOfDay(load, capacity, Number(values.outage));
  const after =
    lag.caughtUpAfter === undefined
      ? "not within a day and a half"
      : `${Math.ceil(lag.caughtUpAfter / 60)} min later`;
  console.log(
    `  Postgres away for ${Number(values.outage) / 60} min before noon, ${formatNumber(Math.round(capacity))} rows/s possible: ${formatNumber(Math.round(lag.worst))} records wait, caught up ${after}`,
  );
}
