/** Argument keys, places of files, versions and hosts that an agent never had, by what `agent_features` has. */
import type pg from "pg";
import { isNovel } from "../../analysis/novelty.js";
import { type Notice, quoted } from "../notice.js";
import { found, type RuleInput, short } from "./periodic-rule.js";

/** So many notices at a time. */
const MOST = 50;
/** An agent on more hosts than these gets a new one with every start, as containers do: then none says anything. */
const MAX_HOSTS = 20;

interface FeatureRow {
  readonly agent: string;
  readonly kind: "argument_key" | "file_area" | "version" | "host";
  readonly feature: string;
  readonly action: string;
  readonly firstAt: number;
  /** The first time of anything of the kind. */
  readonly knownSince: number;
}

const WORDS: Readonly<Record<FeatureRow["kind"], (feature: string) => string>> = {
  argument_key: (feature) => {
    const at = feature.lastIndexOf(" ");
    return `calls ${short(feature.slice(0, at))} with ${short(feature.slice(at + 1))}, which it never gave`;
  },
  file_area: (feature) => `works on files in ${short(feature, 120)}, where it never did`,
  version: (feature) => `runs as version ${short(feature)} for the first time`,
  host: (feature) => `runs on ${short(feature)}, where it never did`,
};

export async function newFeatures(client: pg.ClientBase, { settings, now }: RuleInput): Promise<Notice[]> {
  const { rows } = await client.query<FeatureRow>(FEATURES, [settings.novelty.newHours, MAX_HOSTS]);
  return rows
    .filter((row) => isNovel(row, settings.novelty, now))
    .slice(0, MOST)
    .map(({ agent, kind, feature, action, firstAt, knownSince }) =>
      found(now, {
        rule: "novelty",
        kind: `new_${kind}`,
        severity: "info",
        subjectKey: `${kind} ${JSON.stringify([agent, feature])}`,
        beginning: action,
        title: `${short(agent)} ${WORDS[kind](feature)}`,
        agentName: agent,
        correlationId: undefined,
        actionIds: [action],
        evidence: { [kind]: feature, known_since: new Date(knownSince).toISOString() },
        query: `select * from agent_actions_v1.actions where id = ${quoted(action)}`,
        beganAt: firstAt,
      }),
    );
}

const FEATURES = `
  with latest as materialized (
    select agent_name, kind, feature, action_id, first_at from agent_features
    where first_at > now() - $1 * interval '1 hour' and feature <> '(other)' order by first_at desc limit 2000
  )
  select latest.agent_name as agent, latest.kind, latest.feature, latest.action_id::text as action,
    (extract(epoch from latest.first_at) * 1000)::float8 as "firstAt", (extract(epoch from known.since) * 1000)::float8 as "knownSince"
  from latest
    join lateral (
      select min(first_at) as since, count(*) as features, bool_or(feature = '(other)') as has_others from agent_features as kept
      where left(kept.agent_name, 200) = left(latest.agent_name, 200) and kept.agent_name = latest.agent_name and kept.kind = latest.kind
    ) as known on not known.has_others and (latest.kind <> 'host' or known.features <= $2)
  order by latest.first_at desc, agent, kind, feature`;
