import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { parseTimestamp } from "../../event/timestamp.js";
import { createPool } from "../../store/pool.js";
import { classifyFailure } from "../../store/sqlstate.js";
import { storeFailure } from "../../store/store-failure.js";
import { actionMark, actionNote, type ShownAction, shownDuration } from "../actions/shown-action.js";
import type { TAIL_OPTIONS } from "../commands/tail.js";
import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output, Style } from "../framework/output.js";
import { resolveSettings } from "../settings.js";
import { type ArrivalFeed, createArrivalFeed, type FeedStart } from "./arrival-feed.js";
import { createArrivalReader } from "./arrival-reader.js";

type TailInput = CommandInput<typeof TAIL_OPTIONS>;

const DEFAULT_LIMIT = 20;

export async function runTail({ options }: TailInput, context: CliContext): Promise<number> {
  const { out, env } = context;
  const start = feedStart(options);
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const interruption = context.catchInterrupts();
  const signal = AbortSignal.any([interruption.signal, out.readerGone]);
  const show = (row: ShownAction): void =>
    options.json ? out.json(row) : out.result(tailLine(row, { columns: out.columns, style: out.style }));

  const pool = createPool({ ...postgres, maxConnections: 1 });
  try {
    const feed = createArrivalFeed(createArrivalReader(pool, options));
    for await (const row of feed.start(start)) {
      if (signal.aborted) return EXIT_OK;
      show(row);
    }
    if (options["no-follow"]) return EXIT_OK;
    await follow({ feed, show, signal, isOutage, ...announcements(out, postgres.target) });
    return EXIT_OK;
  } catch (error) {
    throw storeFailure(error);
  } finally {
    interruption.stopListening();
    await closePool(pool);
  }
}

function feedStart({ since, limit }: TailInput["options"]): FeedStart {
  if (since === undefined) return { latest: limit ?? DEFAULT_LIMIT };
  const time = parseSince(since, new Date());
  return limit === undefined ? { since: time } : { since: time, latest: limit };
}

const isOutage = (error: unknown): boolean => ["outage", "contention"].includes(classifyFailure(error));

function announcements(out: Output, target: string) {
  const { dim, warn } = out.progressStyle;
  return {
    onOutage: (error: unknown) =>
      out.progress(warn(`${storeFailure(error).message}. Waiting for ${target} to come back.`)),
    onReturn: () => out.progress(dim("Postgres is back; nothing was missed.")),
  };
}

// A server that is gone can keep a connection from closing in good order; nothing is lost by not waiting for it.
async function closePool(pool: Pool): Promise<void> {
  await pool.end().catch(() => undefined);
}

export interface FollowOptions {
  readonly feed: ArrivalFeed;
  readonly show: (row: ShownAction) => void;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Whether the database is merely away, so that looking again later makes sense. */
  readonly isOutage: (error: unknown) => boolean;
  readonly onOutage: (error: unknown) => void;
  readonly onReturn: () => void;
}

const NEAR_EVERY_MILLIS = 500;
const FAR_EVERY_MILLIS = 5_000;
/** Looking takes at most this share of the time, so that a large table is not read without end. */
const MAX_SHARE = 0.1;
const MAX_OUTAGE_PAUSE_MILLIS = 5_000;

/** Shows rows as they arrive until the signal is aborted. Outages of the database are waited for. */
export async function follow(options: FollowOptions): Promise<void> {
  const { feed, show, signal, isOutage, onOutage, onReturn } = options;
  let failures = 0;
  let farAt = performance.now() + FAR_EVERY_MILLIS;
  let pause = NEAR_EVERY_MILLIS;
  while (await slept(pause, signal)) {
    const began = performance.now();
    const reach = began >= farAt || failures > 0 ? "far" : "near";
    try {
      for await (const row of feed.look(reach)) {
        if (signal.aborted) return;
        show(row);
      }
    } catch (error) {
      if (!isOutage(error)) throw error;
      if (failures === 0) onOutage(error);
      failures += 1;
      pause = Math.min(NEAR_EVERY_MILLIS * 2 ** failures, MAX_OUTAGE_PAUSE_MILLIS);
      continue;
    }
    if (failures > 0) onReturn();
    failures = 0;
    const cost = (performance.now() - began) / MAX_SHARE;
    if (reach === "far") farAt = performance.now() + Math.max(FAR_EVERY_MILLIS, cost);
    pause = reach === "far" ? NEAR_EVERY_MILLIS : Math.max(NEAR_EVERY_MILLIS, cost);
  }
}

/** Whether the time passed without the signal. */
function slept(millis: number, signal: AbortSignal): Promise<boolean> {
  return sleep(millis, true, { signal }).catch((error: unknown) => {
    if (signal.aborted) return false;
    throw error;
  });
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const AGO = /^(?<count>\d{1,9})(?<unit>[smhd])$/;

/** The time that `10m`, `2h`, `3d` or an ISO 8601 time means. */
export function parseSince(text: string, now: Date): Date {
  const ago = AGO.exec(text)?.groups;
  if (ago) return new Date(now.getTime() - Number(ago.count) * UNITS[ago.unit as keyof typeof UNITS]);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? parseTimestamp(text) : undefined;
  if (time) return new Date(time.epochMillis);
  throw new UsageError(
    `--since has to be like 30s, 10m, 2h, 3d or an ISO 8601 time (no zone: UTC), not "${text}".`,
    "tail",
  );
}

const AGENT_WIDTH = 16;
const DURATION_WIDTH = 7;

/** One row for people: time of day, agent, what it did, how long it took. */
export function tailLine(action: ShownAction, { columns, style }: { columns: number; style: Style }): string {
  const time = timeOfDay(action.created_at);
  const agent = padToWidth(cutToWidth(oneLine(action.agent_name), AGENT_WIDTH), AGENT_WIDTH);
  const room = columns - time.length - AGENT_WIDTH - DURATION_WIDTH - 8;
  const name = cutToWidth(oneLine(action.action_name), room);
  const noteRoom = room - textWidth(name) - 2;
  const note = noteRoom < 4 ? "" : cutToWidth(actionNote(action), noteRoom);
  const text = padToWidth(`${name}${note === "" ? "" : `  ${style.dim(note)}`}`, room);
  return `${style.dim(time)}  ${style.accent(agent)}  ${actionMark(action, style)} ${text}  ${padStartToWidth(shownDuration(action), DURATION_WIDTH)}`.trimEnd();
}

/** Local, as a clock on the wall shows it; `--json` has the full time. */
function timeOfDay(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const millis = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${millis}`;
}
