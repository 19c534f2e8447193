import { setTimeout as delay } from "node:timers/promises";
import type { Pool } from "pg";
import { formatDuration } from "../format/values.js";
import type { Page } from "./show.js";

/** The loop of the demo's agent, as the service noticed it. */
export interface NoticedLoop {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly calls: number;
  /** From the end of the call that made it a loop until the notice. */
  readonly delayMillis: number;
}

const LIMIT_MILLIS = 60_000;
const LOOK_MILLIS = 200;

/** Waits until the service has noticed the loop of a run. Rejects when it does not. */
export async function noticedLoop(pool: Pool, run: string, signal: AbortSignal): Promise<NoticedLoop> {
  for (const until = Date.now() + LIMIT_MILLIS; ; ) {
    const { rows } = await pool.query<NoticedLoop>(NOTICED, [run]);
    if (rows[0]) return rows[0];
    if (Date.now() >= until)
      throw new Error(
        `The service has noticed no loop of the run ${run} in ${formatDuration(LIMIT_MILLIS)}.`,
      );
    await delay(LOOK_MILLIS, undefined, { signal });
  }
}

// The same call that fails in the same way is a loop with the fourth.
const NOTICED = `
  select notice_id::text as id, title, kind, (evidence ->> 'calls')::integer as calls,
    (extract(epoch from opened_at - coalesce(ended_at, created_at)) * 1000)::float8 as "delayMillis"
  from agent_notices join agent_actions on id = action_ids[4]
  where agent_notices.correlation_id = $1 and rule = 'loop' order by opened_at limit 1`;

export function showLoop(page: Page, { title, delayMillis }: NoticedLoop, run: string, url: string): void {
  page.heading("A loop is noticed while it goes on");
  page.item(title);
  page.line(
    `Noticed ${formatDuration(Math.max(0, Math.round(delayMillis)))} after the end of the fourth call, which made it a loop.`,
  );
  page.line(page.out.style.dim(`${url}/notices?run=${run}`));
}

/** For programs. */
export const loopRecord = ({ id, kind, calls, delayMillis }: NoticedLoop): Record<string, unknown> => ({
  notice_id: id,
  kind,
  calls,
  delay_ms: Math.round(delayMillis),
});
