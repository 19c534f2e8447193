/** Hours of a tool and agent that are unlike the ones before, judged together over all series. */
import type pg from "pg";
import { type Anomaly, believedUpTo, EVIDENCE, testsOf } from "../../analysis/series/anomalies.js";
import type { Notice } from "../notice.js";
import { found, type PeriodicRule, type RuleInput, short } from "./periodic-rule.js";
import { HOUR_MILLIS, lastCompleteHour, toolSeries } from "./read-hours.js";

const DAYS = 28;

export interface Candidate extends Anomaly {
  readonly agent: string;
  readonly tool: string;
}

/** Every hour is judged once. */
export function createAnomalyRule(): PeriodicRule {
  let judged: { readonly hour: number; readonly anomalies: readonly Candidate[] } | undefined;
  return {
    rule: "anomaly",
    every: 60_000,
    async find(client, input) {
      const hour = lastCompleteHour(input.now);
      if (judged?.hour !== hour) judged = { hour, anomalies: await anomaliesOf(client, hour, input) };
      return judged.anomalies.map((anomaly) => anomalyNotice(anomaly, hour, input.now));
    },
  };
}

async function anomaliesOf(
  client: pg.ClientBase,
  hour: number,
  { settings }: RuleInput,
): Promise<readonly Candidate[]> {
  const tests: Candidate[] = [];
  for await (const { agent, tool, hours } of toolSeries(client, hour, {
    minCalls: EVIDENCE.calls,
    days: DAYS,
  }))
    for (const test of testsOf(hours)) tests.push({ ...test, agent, tool });
  const limit = believedUpTo(
    tests.map(({ p }) => p),
    settings.anomaly.falseDiscoveryRate,
  );
  return tests.filter(({ p }) => p <= limit);
}

const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
const percent = (share: number): string => `${shown(share * 100)} %`;

const WORDS: Readonly<Record<Anomaly["kind"], (anomaly: Anomaly) => string>> = {
  rate: ({ value, usual }) => `was called ${shown(value)} times in an hour, usually ${shown(usual)}`,
  errors: ({ value, usual }) =>
    `failed in ${percent(value)} of its calls in an hour, usually in ${percent(usual)}`,
  duration: ({ value, usual }) =>
    `took ${shown(value)} ms in the middle in an hour, usually ${shown(usual)} ms`,
};

/** The notice of an hour. */
export function anomalyNotice(anomaly: Candidate, hour: number, now: number): Notice {
  const { kind, agent, tool, p, value, usual } = anomaly;
  return found(now, {
    rule: "anomaly",
    kind,
    severity: "warning",
    subjectKey: JSON.stringify([kind, agent, tool]),
    beginning: new Date(hour).toISOString(),
    title: `${short(tool)} of ${short(agent)} ${WORDS[kind](anomaly)}`,
    agentName: agent,
    correlationId: undefined,
    actionIds: [],
    evidence: { tool: tool.slice(0, 200), value, usual, p, hour: new Date(hour).toISOString() },
    query: `select * from agent_actions_v1.actions where agent_name = '${agent.replaceAll("'", "''")}' and action_name = '${tool.replaceAll("'", "''")}' and started_at >= '${new Date(hour).toISOString()}' and started_at < '${new Date(hour + HOUR_MILLIS).toISOString()}'`,
    beganAt: hour,
  });
}
