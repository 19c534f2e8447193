/**
 * Sends the digest of each period to its targets, once: a process claims a target for some minutes before it sends, and writes afterwards what
 * was acknowledged. A process that ends in between is followed by another one, whose message has the same id.
 */
import type pg from "pg";
import type { AlertTarget, ReportSchedule } from "../config/alert-rules.js";
import { describeError } from "../internal/describe-error.js";
import { settlesWithin } from "../internal/settles-within.js";
import { postWebhook } from "../notices/send/webhook.js";
import { inTransaction } from "../store/on-connection.js";
import type { Report } from "./read-report.js";
import { slackReport } from "./report-text.js";

export interface ReportSenderOptions {
  readonly schedule: ReportSchedule;
  /** Those of `alerts.yaml`. */
  readonly targets: readonly AlertTarget[];
  /** Times in ISO 8601. */
  readonly read: (since: string, until: string) => Promise<Report>;
  readonly onFailure: (target: string, reason: string, failures: number) => void;
}

type Webhook = Extract<AlertTarget, { readonly kind: "webhook" }>;

/** Records of the end of a period are given so long to arrive. */
const SETTLE_MILLIS = 60_000;
const CLAIM_SECONDS = 900;
/** Well within the claim, with a request of ten seconds for each target. */
const MAX_READ_MILLIS = 300_000;
const MAX_WAIT_SECONDS = 900;

/** End of the last period that is over, in milliseconds since 1970. */
export const periodEnd = ({ everyMillis, offsetMillis }: ReportSchedule, now: number): number =>
  Math.floor((now - offsetMillis) / everyMillis) * everyMillis + offsetMillis;

export class ReportSender {
  readonly #pool: pg.Pool;
  readonly #options: ReportSenderOptions;
  readonly #targets: readonly Webhook[];
  /** Acknowledged, and not written yet: the end of the period by target. */
  readonly #unwritten = new Map<string, string>();

  constructor(pool: pg.Pool, options: ReportSenderOptions) {
    this.#pool = pool;
    this.#options = options;
    this.#targets = options.targets.filter(
      (target): target is Webhook =>
        target.kind === "webhook" && options.schedule.targets.includes(target.name),
    );
  }

  /**
   * Sends what is due. Returns how many targets acknowledged. Throws what Postgres throws.
   *
   * @param now milliseconds since 1970
   */
  async turn(now = Date.now()): Promise<number> {
    for (const [name, until] of this.#unwritten) await this.#note(name, until);
    const { schedule } = this.#options;
    const end = periodEnd(schedule, now - SETTLE_MILLIS);
    const since = new Date(end - schedule.everyMillis).toISOString();
    const until = new Date(end).toISOString();
    const claimed: Webhook[] = [];
    for (const target of this.#targets) if (await this.#claim(target, until)) claimed.push(target);
    if (claimed.length === 0) return 0;
    const report = await this.#read(since, until).catch((error: unknown) => describeError(error).message);
    let count = 0;
    for (const target of claimed) {
      const failure = typeof report === "string" ? report : await send(target, report);
      if (failure === undefined) {
        count += 1;
        this.#unwritten.set(target.name, until);
        await this.#note(target.name, until);
      } else await this.#failed(target, failure);
    }
    return count;
  }

  async #read(since: string, until: string): Promise<Report> {
    const reading = this.#options.read(since, until);
    if (!(await settlesWithin(reading, MAX_READ_MILLIS)))
      throw new Error("the digest could not be read in time");
    return reading;
  }

  async #claim({ name }: Webhook, until: string): Promise<boolean> {
    return inTransaction(this.#pool, async (client) => {
      await client.query("insert into agent_notice_targets (target) values ($1) on conflict do nothing", [
        keyOf(name),
      ]);
      const { rowCount } = await client.query(CLAIM, [keyOf(name), until, CLAIM_SECONDS]);
      return rowCount === 1;
    });
  }

  async #note(name: string, until: string): Promise<void> {
    await inTransaction(this.#pool, (client) => client.query(NOTE_SUCCESS, [keyOf(name), until]));
    this.#unwritten.delete(name);
  }

  async #failed({ name }: Webhook, reason: string): Promise<void> {
    const { rows } = await inTransaction(this.#pool, (client) =>
      client.query<{ failures: number }>(NOTE_FAILURE, [keyOf(name), reason.slice(0, 500), MAX_WAIT_SECONDS]),
    );
    this.#options.onFailure(name, reason, rows[0]?.failures ?? 1);
  }
}

/** Its row beside the one of the target's notices; no target has a colon in its name. */
const keyOf = (name: string): string => `report:${name}`;

/** Returns why it was not acknowledged. */
async function send(
  { name, url, format, allowPrivate }: Webhook,
  report: Report,
): Promise<string | undefined> {
  const id = `report:${name}:${report.until}`;
  const body = format === "slack" ? { text: slackReport(report) } : { id, report };
  try {
    await postWebhook({ url: url.reveal(), body: JSON.stringify(body), id, allowPrivate });
    return undefined;
  } catch (error) {
    return describeError(error).message;
  }
}

// Of a target that is new, the first period is the one that ends next.
const CLAIM = `
  update agent_notice_targets set next_at = now() + $3 * interval '1 second'
  where target = $1 and next_at <= now() and coalesce(last_delivered_at, since) < $2::timestamptz`;

// A clock that is ahead of the server's does not send the period again.
const NOTE_SUCCESS = `
  update agent_notice_targets set failures = 0, last_error = null, delivered = delivered + 1, next_at = now(),
    last_delivered_at = greatest(now(), $2::timestamptz)
  where target = $1`;

const NOTE_FAILURE = `
  update agent_notice_targets set failures = failures + 1, last_error = $2,
    next_at = now() + least(power(2, least(failures, 20)) * 30, $3::float8) * interval '1 second'
  where target = $1 returning failures`;
