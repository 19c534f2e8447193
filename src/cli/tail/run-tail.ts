import type { Pool } from "pg";
import { createPool } from "../../store/pool.js";
import { classifyFailure } from "../../store/sqlstate.js";
import { storeFailure } from "../../store/store-failure.js";
import type { ShownAction } from "../actions/shown-action.js";
import type { TAIL_OPTIONS } from "../commands/tail.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_OK } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";
import { createArrivalFeed, type FeedStart } from "./arrival-feed.js";
import { createArrivalReader } from "./arrival-reader.js";
import { follow } from "./follow.js";
import { parseSince } from "./parse-since.js";
import { tailLine } from "./tail-line.js";

type TailInput = CommandInput<typeof TAIL_OPTIONS>;

const DEFAULT_LIMIT = 20;

export async function runTail({ options }: TailInput, context: CliContext): Promise<number> {
  const { out, env } = context;
  const start = feedStart(options);
  const { postgres } = resolveSettings(options, env);
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
