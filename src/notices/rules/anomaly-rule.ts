/** Hours of a tool and agent, and windows up to them, that are unlike what was before, judged together over all series. */
import type pg from "pg";
import {
  type Anomaly,
  believedUpTo,
  EVIDENCE,
  GOING_ON_P,
  testsOf,
} from "../../analysis/series/anomalies.js";
import { LONGEST_WINDOW } from "../../analysis/series/windows.js";
import { asExpected, type ExpectedChange, expectationOf, readExpectedChanges } from "../expected-changes.js";
import { type Notice, quoted } from "../notice.js";
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
      if (judged?.hour !== hour)
        judged = { hour, anomalies: await anomaliesOf(client, hour, input, judged?.anomalies ?? []) };
      if (judged.anomalies.length === 0) return [];
      // Marks may come after the hour was judged.
      const expected = await readExpectedChanges(client);
      const versions = expected.some(({ version }) => version !== null)
        ? await newVersions(client, hour)
        : new Map<string, readonly string[]>();
      return judged.anomalies.map((anomaly) =>
        asExpected(
          anomalyNotice(anomaly, hour, input.now),
          expectedAt(anomaly, hour, versions.get(anomaly.agent), expected),
        ),
      );
    },
  };
}

async function anomaliesOf(
  client: pg.ClientBase,
  hour: number,
  { settings }: RuleInput,
  before: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const goingOn = new Set(before.map(keyOf));
  const tests: Candidate[] = [];
  for await (const { agent, tool, hours } of toolSeries(client, hour, {
    minCalls: EVIDENCE.calls,
    days: DAYS,
    activeFrom: hour - (LONGEST_WINDOW - 1) * HOUR_MILLIS,
  }))
    for (const test of testsOf(hours, hour)) tests.push({ ...test, agent, tool });
  const limit = believedUpTo(
    tests.map(({ p }) => p),
    settings.anomaly.falseDiscoveryRate,
    settings.anomaly.maxP,
  );
  return tests.filter((test) => test.p <= (goingOn.has(keyOf(test)) ? Math.max(limit, GOING_ON_P) : limit));
}

const keyOf = ({ kind, agent, tool }: Candidate): string => JSON.stringify([kind, agent, tool]);

/** A mark that holds for the window's beginning, or begins or ends within the window. */
function expectedAt(
  { agent, tool, kind, hours }: Candidate,
  hour: number,
  versions: readonly string[] = [],
  expected: readonly ExpectedChange[],
): ExpectedChange | undefined {
  const since = hour - (hours - 1) * HOUR_MILLIS;
  const change = { agent, tool, kind, versions, since };
  return (
    expectationOf(change, expected) ??
    expectationOf(
      change,
      expected
        .filter(({ from }) => from !== null && from > since && from < hour + HOUR_MILLIS)
        .map((mark) => ({ ...mark, from: since })),
    )
  );
}

/** Versions of agents that had their first calls in the day up to the end of an hour. */
async function newVersions(
  client: pg.ClientBase,
  hour: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query<{ agent: string; versions: string[] }>(NEW_VERSIONS, [
    new Date(hour),
    DAYS,
  ]);
  return new Map(rows.map(({ agent, versions }) => [agent, versions]));
}

const NEW_VERSIONS = `
  select agent_name as agent, array_agg(agent_version) as versions
  from (
    select agent_name, agent_version, min(bucket_start) as first_hour from agent_action_statistics
    where resolution = 'hour' and grouped_by = 'combination' and agent_version is not null
      and bucket_start <= $1 and bucket_start > $1::timestamptz - $2 * interval '1 day'
    group by 1, 2
  ) as versions
  where first_hour > $1::timestamptz - interval '1 day'
  group by 1`;

const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
const percent = (share: number): string => `${shown(share * 100)} %`;

const inHours = (hours: number): string => (hours === 1 ? "in an hour" : `in ${hours} hours`);
const WORDS: Readonly<Record<Anomaly["kind"], (anomaly: Anomaly) => string>> = {
  rate: ({ value, usual, hours }) =>
    `was called ${shown(value)} times ${inHours(hours)}, usually ${shown(usual)}`,
  errors: ({ value, usual, hours }) =>
    `failed in ${percent(value)} of its calls ${inHours(hours)}, usually in ${percent(usual)}`,
  duration: ({ value, usual }) =>
    `took ${shown(value)} ms in the middle in an hour, usually ${shown(usual)} ms`,
};

/** The notice of an hour, or of the window up to it. */
export function anomalyNotice(anomaly: Candidate, hour: number, now: number): Notice {
  const { kind, agent, tool, p, value, usual, hours } = anomaly;
  const from = hour - (hours - 1) * HOUR_MILLIS;
  const [begin, end] = [new Date(from).toISOString(), new Date(hour + HOUR_MILLIS).toISOString()];
  return found(now, {
    rule: "anomaly",
    kind,
    severity: "warning",
    subjectKey: keyOf(anomaly),
    beginning: new Date(hour).toISOString(),
    title: `${short(tool)} of ${short(agent)} ${WORDS[kind](anomaly)}`,
    agentName: agent,
    correlationId: undefined,
    actionIds: [],
    evidence: { tool: tool.slice(0, 200), value, usual, p, hour: new Date(hour).toISOString(), hours },
    query: `select * from agent_actions_v1.actions where agent_name = ${quoted(agent)} and action_name = ${quoted(tool)} and started_at >= '${begin}' and started_at < '${end}'`,
    beganAt: from,
  });
}
