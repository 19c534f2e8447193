/** What the rules would have noticed in rows that are there. Nothing is written. */
import type pg from "pg";
import type { Loop } from "../analysis/loop.js";
import { LoopSequence } from "../analysis/loop-sequence.js";
import type { Deed } from "../analysis/loop-tracker.js";
import { believedUpTo, GOING_ON_P, type Hour, testsOf } from "../analysis/series/anomalies.js";
import type { AlertSettings, RuleSettings } from "../config/alert-rules.js";
import { inTransaction } from "../store/on-connection.js";
import { loopNotice } from "./loop-notice.js";
import type { Notice } from "./notice.js";
import { readAllOfRuns } from "./read-deeds.js";
import { anomalyNotice } from "./rules/anomaly-rule.js";
import { HOUR_MILLIS, lastCompleteHour, type ToolSeries, toolSeries } from "./rules/read-hours.js";
import { EARLIER_DAYS, firstWorsening, METRICS, REGRESSION_DAYS } from "./rules/worsening.js";
import { simulateSequences } from "./simulate-sequences.js";

/** Called for each that would have been noticed, with when. */
export type OnSimulated = (notice: Pick<Notice, "rule" | "kind" | "title">, at: number) => void;

export interface Simulated {
  readonly runs: number;
  readonly calls: number;
  readonly series: number;
}

const DAY_MILLIS = 86_400_000;
const BASELINE_DAYS = 28;

/** Applies the rules of loops, sequences, anomalies and regressions to what began since then. Throws what Postgres throws. */
export async function simulate(
  pool: pg.Pool,
  since: number,
  { rules, sequences }: Pick<AlertSettings, "rules" | "sequences">,
  onSimulated: OnSimulated,
): Promise<Simulated> {
  const { runs, calls } = rules.loop.enabled
    ? await simulateLoops(pool, since, onSimulated)
    : { runs: 0, calls: 0 };
  if (rules.sequence.enabled) await simulateSequences(pool, since, sequences, onSimulated);
  const series = await simulateHours(pool, since, rules, onSimulated);
  return { runs, calls, series };
}

/** So many runs are read by one statement. */
const RUNS_AT_A_TIME = 200;

async function simulateLoops(pool: pg.Pool, since: number, onSimulated: OnSimulated) {
  const { rows } = await inTransaction(pool, (client) =>
    client.query<{ run: string }>(RUNS, [new Date(since)]),
  );
  let [runs, calls] = [0, 0];
  for (let from = 0; from < rows.length; from += RUNS_AT_A_TIME) {
    const some = rows.slice(from, from + RUNS_AT_A_TIME).map(({ run }) => run);
    await inTransaction(pool, async (client) => {
      let current: SimulatedRun | undefined;
      for await (const page of readAllOfRuns(client, some, since))
        for (const { run, agent, deed } of page) {
          if (current?.run !== run || current.agent !== agent) {
            current?.end(onSimulated);
            current = new SimulatedRun(run, agent);
          }
          current.add(deed);
          if (deed.type !== "call") continue;
          calls += 1;
          if (current.calls === 1) runs += 1;
        }
      current?.end(onSimulated);
    });
  }
  return { runs, calls };
}

/** One agent in one run. */
class SimulatedRun {
  readonly run: string;
  readonly agent: string;
  calls = 0;
  readonly #sequence = new LoopSequence();
  readonly #begun = new Map<string, number>();
  readonly #last = new Map<string, Loop>();

  constructor(run: string, agent: string) {
    this.run = run;
    this.agent = agent;
  }

  add(deed: Deed): void {
    if (deed.type === "turn") this.#sequence.turn(deed.turn);
    else if (deed.type === "wait") this.#sequence.wait();
    else {
      this.calls += 1;
      for (const loop of this.#sequence.add(deed.step)) {
        const key = `${loop.kind} ${loop.firstId}`;
        if (!this.#begun.has(key)) this.#begun.set(key, loop.lastAt);
        this.#last.set(key, loop);
      }
    }
  }

  end(onSimulated: OnSimulated): void {
    for (const [key, loop] of this.#last)
      onSimulated(loopNotice(this.run, this.agent, loop), this.#begun.get(key) ?? loop.lastAt);
  }
}

/** Every complete hour is judged over all series together, as it would have been; regressions once a day. */
async function simulateHours(
  pool: pg.Pool,
  since: number,
  rules: RuleSettings,
  onSimulated: OnSimulated,
): Promise<number> {
  const until = lastCompleteHour(Date.now());
  const from = Math.ceil(since / HOUR_MILLIS) * HOUR_MILLIS;
  const days = (until - from) / DAY_MILLIS + Math.max(BASELINE_DAYS, EARLIER_DAYS);
  const all: ToolSeries[] = [];
  await inTransaction(pool, async (client) => {
    for await (const series of toolSeries(client, until, { minCalls: 20, days, activeFrom: from }))
      all.push(series);
  });
  const known = ({ hours }: ToolSeries, at: number, spanDays: number): readonly Hour[] =>
    hours.filter((hour) => hour.at <= at && hour.at > at - spanDays * DAY_MILLIS);
  const open = new Set<string>();
  const goingOn = new Set<string>();
  for (let hour = from; hour <= until; hour += HOUR_MILLIS) {
    if (rules.anomaly.enabled) {
      const tests = all.flatMap((series) => {
        const hours = known(series, hour, BASELINE_DAYS);
        return testsOf(hours, hour).map((test) => ({ ...test, agent: series.agent, tool: series.tool }));
      });
      const limit = believedUpTo(
        tests.map(({ p }) => p),
        rules.anomaly.falseDiscoveryRate,
        rules.anomaly.maxP,
      );
      for (const test of tests) {
        const key = JSON.stringify([test.kind, test.agent, test.tool]);
        if (test.p > (goingOn.has(key) ? Math.max(limit, GOING_ON_P) : limit)) goingOn.delete(key);
        else if (!goingOn.has(key)) {
          goingOn.add(key);
          onSimulated(anomalyNotice(test, hour, hour), hour);
        }
      }
    }
    if (!rules.regression.enabled || (hour - from) % DAY_MILLIS !== 0) continue;
    for (const series of all)
      for (const metrics of METRICS) {
        const key = JSON.stringify([metrics[0], series.agent, series.tool]);
        const worse = await firstWorsening(
          {
            hours: known(series, hour, REGRESSION_DAYS),
            withEarlier: () => known(series, hour, EARLIER_DAYS),
            isGoingOn: open.has(key),
            seed: 1,
          },
          metrics,
          rules.regression,
        );
        if (worse === undefined) open.delete(key);
        else if (!open.has(key)) {
          open.add(key);
          const factor = Number(Math.exp(worse.change.shift).toPrecision(3));
          onSimulated(
            {
              rule: "regression",
              kind: metrics[0],
              title: `${series.tool} of ${series.agent}: ${worse.metric} x${factor}`,
            },
            worse.since,
          );
        }
      }
  }
  return all.length;
}

const RUNS = `
  select correlation_id::text as run from agent_actions
  where created_at >= $1 and action_type = 'tool_call' and state = 'ended' group by 1 order by min(created_at)`;
