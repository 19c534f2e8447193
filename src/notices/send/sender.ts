/**
 * Tells targets of notices: at least once, and never again what a target has acknowledged. What was acknowledged is written after the fact, so
 * a crash in between repeats a message; its id is the same then.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import { type AlertTarget, SEVERITIES } from "../../config/alert-rules.js";
import { describeError } from "../../internal/describe-error.js";
import { settlesWithin } from "../../internal/settles-within.js";
import { inTransaction } from "../../store/on-connection.js";
import { isAtWork } from "../claim.js";
import { annotate } from "./grafana.js";
import { bodyOf, type NoticeMessage } from "./message.js";
import { postWebhook } from "./webhook.js";

/** How messages leave that this module has no way for itself. */
export interface SendWays {
  /** Resolves when Kafka has acknowledged. */
  readonly produce: (
    topic: string,
    messages: readonly { readonly key: string; readonly value: string }[],
  ) => Promise<void>;
  readonly print: (line: string) => void;
}

export interface SenderOptions {
  readonly targets: readonly AlertTarget[];
  readonly ways: SendWays;
  readonly onFailure: (target: string, reason: string, failures: number) => void;
}

const MAX_MESSAGES = 20;
/** What a target acknowledges later is sent again, with the same id. */
const MAX_SEND_MILLIS = 60_000;
/** What is over, and begins again within this, was not told to be over. */
const HOLD_CLOSED_SECONDS = 30;
const MAX_WAIT_SECONDS = 900;

export class NoticeSender {
  readonly #pool: pg.Pool;
  readonly #options: SenderOptions;
  /** Targets that are being told. */
  readonly #busy = new Set<string>();

  constructor(pool: pg.Pool, options: SenderOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /**
   * Tells each target what it does not know yet, all at the same time; one that is still being told is left to that. Returns how many messages were
   * acknowledged. Throws what Postgres throws, when all have come to an end.
   */
  async turn(worker: string): Promise<number> {
    const free = this.#options.targets.filter(({ name }) => !this.#busy.has(name));
    const counts = await Promise.allSettled(free.map((target) => this.#tellAlone(target, worker)));
    const failed = counts.find((each) => each.status === "rejected");
    if (failed) throw failed.reason;
    return counts.reduce((sum, each) => sum + (each.status === "fulfilled" ? each.value : 0), 0);
  }

  async #tellAlone(target: AlertTarget, worker: string): Promise<number> {
    this.#busy.add(target.name);
    try {
      return await this.#tell(target, worker);
    } finally {
      this.#busy.delete(target.name);
    }
  }

  async #tell(target: AlertTarget, worker: string): Promise<number> {
    if (target.kind === "notify") {
      try {
        // In one transaction with the note: told once.
        return await inTransaction(this.#pool, (client) => notify(client, target, worker));
      } catch (error) {
        // As where its queue is full, or nobody can be asked at all: then this throws too.
        return this.#failed(target, error);
      }
    }
    const due = await inTransaction(this.#pool, (client) => dueMessages(client, target, worker));
    if (due.length === 0) return 0;
    try {
      const sending = this.#send(target, due);
      if (!(await settlesWithin(sending, MAX_SEND_MILLIS))) throw new Error("it did not acknowledge in time");
      await sending;
    } catch (error) {
      return this.#failed(target, error);
    }
    await inTransaction(this.#pool, (client) => noteAcknowledged(client, target, due));
    return due.length;
  }

  /** It is told later; others are told all the same. */
  async #failed(target: AlertTarget, error: unknown): Promise<0> {
    const reason = describeError(error).message;
    const failures = await this.#noteFailure(target, reason);
    this.#options.onFailure(target.name, reason, failures);
    return 0;
  }

  async #send(target: AlertTarget, messages: readonly NoticeMessage[]): Promise<void> {
    if (target.kind === "webhook")
      await postWebhook({
        url: target.url.reveal(),
        body: bodyOf(messages, target.format),
        id: batchId(messages),
        allowPrivate: target.allowPrivate,
      });
    else if (target.kind === "grafana") for (const message of messages) await annotate(target, message);
    else if (target.kind === "topic")
      await this.#options.ways.produce(
        target.topic,
        messages.map((message) => ({ key: message.notice_id, value: JSON.stringify(message) })),
      );
    else for (const message of messages) this.#options.ways.print(JSON.stringify({ notice: message }));
  }

  async #noteFailure({ name }: AlertTarget, reason: string): Promise<number> {
    const { rows } = await inTransaction(this.#pool, (client) =>
      client.query<{ failures: number }>(NOTE_FAILURE, [name, reason.slice(0, 500), MAX_WAIT_SECONDS]),
    );
    return rows[0]?.failures ?? 1;
  }
}

/** Of one message its own id; of several a hash of theirs. */
const batchId = (messages: readonly NoticeMessage[]): string =>
  messages.length === 1 && messages[0]
    ? messages[0].id
    : createHash("sha256")
        .update(messages.map(({ id }) => id).join())
        .digest("hex")
        .slice(0, 32);

const MAX_NOTIFICATION_BYTES = 7_900;

/** PostgreSQL takes less than 8,000 bytes. */
function notification(message: NoticeMessage): string {
  const whole = JSON.stringify(message);
  if (Buffer.byteLength(whole) <= MAX_NOTIFICATION_BYTES) return whole;
  const { evidence: _, query: __, action_ids: ___, ...rest } = message;
  return JSON.stringify({ ...rest, title: message.title.slice(0, 500) });
}

async function notify(
  client: pg.ClientBase,
  target: Extract<AlertTarget, { readonly kind: "notify" }>,
  worker: string,
): Promise<number> {
  const messages = await dueMessages(client, target, worker);
  if (messages.length === 0) return 0;
  for (const message of messages)
    await client.query("select pg_notify($1, $2)", [target.channel, notification(message)]);
  await noteAcknowledged(client, target, messages);
  return messages.length;
}

/** None where another process is at it. */
async function dueMessages(
  client: pg.ClientBase,
  target: AlertTarget,
  worker: string,
): Promise<readonly NoticeMessage[]> {
  if (!(await isAtWork(client, worker))) return [];
  await client.query("insert into agent_notice_targets (target) values ($1) on conflict do nothing", [
    target.name,
  ]);
  const severities = SEVERITIES.slice(SEVERITIES.indexOf(target.minSeverity));
  const { rows } = await client.query<NoticeMessage>(DUE, [
    target.name,
    severities,
    HOLD_CLOSED_SECONDS,
    MAX_MESSAGES,
  ]);
  return rows;
}

async function noteAcknowledged(
  client: pg.ClientBase,
  target: AlertTarget,
  messages: readonly NoticeMessage[],
): Promise<void> {
  await client.query(NOTE_ACKNOWLEDGED, [
    target.name,
    messages.map((message) => message.notice_id),
    messages.map(({ state }) => state),
  ]);
  await client.query(NOTE_SUCCESS, [target.name, messages.length, target.everySeconds]);
}

const iso = (column: string): string =>
  `to_char(notice.${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

const DUE = `
  select notice.notice_id::text || ':' || coalesce(delivery.sends, 0) + 1 as id, notice.notice_id::text as notice_id,
    case when notice.closed_at is null then 'open' else 'closed' end as state, notice.rule, notice.kind, notice.severity, notice.title, notice.agent_name,
    notice.correlation_id::text as correlation_id, notice.project_name, notice.action_ids::text[] as action_ids, notice.evidence, notice.query,
    ${["began_at", "opened_at", "last_seen_at", "closed_at"].map(iso).join(", ")}
  from agent_notice_targets as target
    join agent_notices as notice on notice.opened_at >= target.since and notice.opened_at > now() - interval '30 days'
    left join agent_notice_deliveries as delivery on delivery.notice_id = notice.notice_id and delivery.target = target.target
  where target.target = $1 and target.next_at <= now() and not notice.muted and notice.severity = any($2::text[])
    and case when delivery.state is null then notice.expected_by is null
      when delivery.state = 'open' then notice.closed_at < now() - $3 * interval '1 second'
      else notice.closed_at is null and notice.expected_by is null end
  order by notice.opened_at, notice.notice_id limit $4`;

const NOTE_ACKNOWLEDGED = `
  insert into agent_notice_deliveries as delivery (notice_id, target, state)
  select told.notice_id, $1, told.state from unnest($2::uuid[], $3::text[]) as told (notice_id, state)
  where exists (select from agent_notices notice where notice.notice_id = told.notice_id)
  on conflict (notice_id, target) do update set state = excluded.state, sends = delivery.sends + 1, delivered_at = now()`;

const NOTE_SUCCESS = `
  update agent_notice_targets set failures = 0, last_error = null, delivered = delivered + $2, last_delivered_at = now(),
    next_at = now() + $3 * interval '1 second'
  where target = $1`;

const NOTE_FAILURE = `
  update agent_notice_targets set failures = failures + 1, last_error = $2,
    next_at = now() + least(power(2, least(failures, 20)) * 2, $3::float8) * interval '1 second'
  where target = $1 returning failures`;
