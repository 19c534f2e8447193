/** Keeps what agents were seen with in `agent_features`. What is known is remembered within a bound, so that nearly no call costs a statement. */
import type pg from "pg";
import { fileArea, memberNames } from "../analysis/features.js";
import { identityOf } from "../analysis/loop-tracker.js";
import type { AgentDeed } from "./read-deeds.js";

/** Of an agent and kind; where there are more, nothing of that kind is called new. */
const MAX_FEATURES = 500;
/** Texts that are remembered to be known, about 150 bytes each. */
const MAX_REMEMBERED = 20_000;
const MAX_EPOCHS = 2_000;
const MAX_TEXT = 300;

interface Feature {
  readonly agent: string;
  readonly kind: "argument_key" | "file_area" | "version" | "host";
  readonly feature: string;
  readonly at: number;
  readonly action: string;
}

export class FeatureWatch {
  readonly #known = new Set<string>();
  /** Names of hosts by starts of producers. */
  readonly #hosts = new Map<string, string | null>();

  /** Looks at calls, and writes what is new. Throws what Postgres throws. */
  async look(client: pg.ClientBase, deeds: readonly AgentDeed[]): Promise<void> {
    await this.#learnHosts(client, deeds);
    const found = new Map<string, Feature>();
    for (const each of deeds)
      for (const feature of this.#featuresOf(each)) {
        const key = `${feature.kind} ${feature.feature}\n${feature.agent}`;
        const before = found.get(key);
        if (!this.#known.has(key) && (before === undefined || feature.at < before.at))
          found.set(key, feature);
      }
    if (found.size === 0) return;
    const given = [...found.values()];
    await client.query(KEEP, [
      given.map(({ agent }) => agent),
      given.map(({ kind }) => kind),
      given.map(({ feature }) => feature),
      given.map(({ at }) => new Date(at)),
      given.map(({ action }) => action),
      MAX_FEATURES,
    ]);
    for (const key of found.keys()) this.#remember(key);
  }

  /** What was remembered may not have been written. */
  clear(): void {
    this.#known.clear();
  }

  #featuresOf({ agent, deed, call, version, folder, epoch }: AgentDeed): readonly Feature[] {
    const { id, doneAt } = identityOf(deed);
    const at = deed.type === "call" ? deed.step.startedAt : doneAt;
    const features: Feature[] = [];
    const add = (kind: Feature["kind"], feature: string): void => {
      features.push({ agent, kind, feature: feature.slice(0, MAX_TEXT), at, action: id });
    };
    if (version !== undefined) add("version", version);
    const host = epoch === undefined ? undefined : this.#hosts.get(epoch);
    if (host) add("host", host);
    if (call === undefined) return features;
    for (const name of memberNames(call.parameters ?? "")) add("argument_key", `${call.tool} ${name}`);
    if (call.path !== undefined && FILES.has(call.operation ?? ""))
      add("file_area", fileArea(call.path, folder));
    return features;
  }

  async #learnHosts(client: pg.ClientBase, deeds: readonly AgentDeed[]): Promise<void> {
    const epochs = new Set(
      deeds.flatMap(({ epoch }) => (epoch === undefined || this.#hosts.has(epoch) ? [] : epoch)),
    );
    if (epochs.size === 0) return;
    if (this.#hosts.size + epochs.size > MAX_EPOCHS) this.#hosts.clear();
    const { rows } = await client.query<{ epoch: string; host: string | null }>(
      "select producer_epoch as epoch, host_name as host from agent_producers where producer_epoch = any($1::text[])",
      [[...epochs]],
    );
    // A producer whose first heartbeat has not come is asked for again with its next call.
    for (const { epoch, host } of rows) this.#hosts.set(epoch, host);
  }

  #remember(key: string): void {
    this.#known.add(key);
    if (this.#known.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#known;
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** Of a search, the path may be a pattern. */
const FILES = new Set(["read", "write", "edit", "create", "delete"]);

// An agent whose features have no end, as where an id is the name of an argument, gets (other) in the place of those that are too many.
const KEEP = `
  with given as (
    select agent, kind, feature, at, action, md5(jsonb_build_array(agent, kind, feature)::text)::uuid as key
    from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::uuid[]) as given (agent, kind, feature, at, action)
  ),
  numbered as (
    select given.*, known.feature_key is not null as is_known,
      count(*) filter (where known.feature_key is null) over (partition by agent, given.kind order by at, key) as number
    from given left join agent_features as known on known.feature_key = given.key
  ),
  counted as (
    select numbered.*, is_known or number + (
        select count(*) from agent_features as kept
        where left(kept.agent_name, 200) = left(numbered.agent, 200) and kept.agent_name = numbered.agent and kept.kind = numbered.kind
      ) <= $6 as fits
    from numbered
  ),
  named as (
    select distinct on (key) * from (
      select case when fits then key else md5(jsonb_build_array(agent, kind, '(other)')::text)::uuid end as key, agent, kind,
        case when fits then feature else '(other)' end as feature, at, action
      from counted
    ) as all_named
    order by key, at
  )
  insert into agent_features as kept (feature_key, agent_name, kind, feature, first_at, action_id)
  select key, agent, kind, feature, at, action from named
  on conflict (feature_key) do update set first_at = excluded.first_at, action_id = excluded.action_id where excluded.first_at < kept.first_at`;
