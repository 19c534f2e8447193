import type { Pool } from "pg";
import { parseTimestamp } from "../../event/timestamp.js";
import { changeFeedDelay } from "../../store/change-feed.js";
import { createPool } from "../../store/pool.js";
import { storeFailure } from "../../store/store-failure.js";
import { actionMark, actionNote, type ShownAction, shownDuration } from "../actions/shown-action.js";
import type { TAIL_OPTIONS } from "../commands/tail.js";
import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output, Style } from "../framework/output.js";
import { resolveSettings } from "../settings.js";
import { announcements, follow, isOutage } from "./follow.js";
import { ShownRows } from "./shown-rows.js";
import { createTailFeed, type FeedStart, type TailEvent } from "./tail-feed.js";
import { createTailReader } from "./tail-reader.js";

type TailInput = CommandInput<typeof TAIL_OPTIONS>;

const DEFAULT_LIMIT = 20;

export async function runTail({ options }: TailInput, context: CliContext): Promise<number> {
  const { out, env } = context;
  const start = feedStart(options);
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const interruption = context.catchInterrupts();
  const signal = AbortSignal.any([interruption.signal, out.readerGone]);
  const show = shower(out, options.json);
  const pool = createPool({ ...postgres, maxConnections: 1 });
  try {
    const feed = createTailFeed(createTailReader(pool, options));
    for await (const row of feed.start(start)) {
      if (signal.aborted) return EXIT_OK;
      show({ row });
    }
    if (options["no-follow"]) return EXIT_OK;
    const delay = () => changeFeedDelay(pool);
    await follow({ feed, show, signal, isOutage, delay, ...announcements(out, postgres.target) });
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

/** Shows a row unless nothing of what is shown of it has changed. */
export function shower(out: Output, isJson: boolean): (event: TailEvent) => void {
  const shown = new ShownRows();
  const style = out.style;
  return (event) => {
    if ("missed" in event)
      out.progress(out.progressStyle.warn("The change feed does not reach back so far: rows were missed."));
    else if ("gone" in event) {
      const title = shown.take(event.gone);
      if (title === undefined) return;
      if (isJson) out.json({ id: event.gone, removed: true });
      else
        out.result(
          style.dim(`${timeOfDay(new Date())}  ${title}  is part of another action, or was removed`),
        );
    } else {
      const { row } = event;
      const text = isJson ? JSON.stringify(row) : tailLine(row, { columns: out.columns, style });
      if (!shown.isNews(row, text)) return;
      if (isJson) out.json(row);
      else out.result(text);
    }
  };
}

// A server that is gone can keep a connection from closing in good order; nothing is lost by not waiting for it.
async function closePool(pool: Pool): Promise<void> {
  await pool.end().catch(() => undefined);
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const AGO = /^(?<count>\d{1,9})(?<unit>[smhd])$/;

/** The time that `10m`, `2h`, `3d` or an ISO 8601 time means. */
export function parseSince(text: string, now: Date, command = "tail"): Date {
  const ago = AGO.exec(text)?.groups;
  if (ago) return new Date(now.getTime() - Number(ago.count) * UNITS[ago.unit as keyof typeof UNITS]);
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? parseTimestamp(text) : undefined;
  if (time) return new Date(time.epochMillis);
  throw new UsageError(
    `--since has to be like 30s, 10m, 2h, 3d or an ISO 8601 time (no zone: UTC), not "${text}".`,
    command,
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
