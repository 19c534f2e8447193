/*
 * Lines as rows are written and change, at least once each: a place in the change feed is kept only when all lines before it are with the reader.
 * A process that is killed in between writes them once more. Every line has the id of its action, which stays the same, so whoever stores them by it
 * has each action once, as it was last.
 */
import type pg from "pg";
import { ACTION_FILTERS } from "../../../api/collections/action-filters.js";
import { readParameters } from "../../../api/query/parameter.js";
import { readTimeRange, TIME_PARAMETERS } from "../../../api/query/time-range.js";
import {
  ChangeCursorLost,
  changeFeedDelay,
  latestChangeCursor,
  readChanges,
} from "../../../store/change-feed.js";
import { createPool } from "../../../store/pool.js";
import { storeFailure } from "../../../store/store-failure.js";
import { EXPORT_FILTERS, type ExportOptions, type FOLLOW_FORMATS } from "../../commands/export.js";
import { formatCount } from "../../format/values.js";
import type { CliContext } from "../../framework/command.js";
import { CommandError, EXIT_OK } from "../../framework/exit-codes.js";
import { queryOf } from "../../lists/list-options.js";
import { resolveSettings } from "../../settings.js";
import { announcements, follow, isOutage } from "../../tail/follow.js";
import { ocsfEvent, ocsfRemoval } from "../ocsf-rows.js";
import { type ChangedRow, changedRows, rowsThere } from "./changed-rows.js";
import { checkPlace, readPlace, savePlace } from "./cursor-file.js";
import { fileTarget, type LineTarget, outputTarget } from "./line-target.js";

export type FollowFormat = (typeof FOLLOW_FORMATS)[number];

/** Statements whose rows are read at a time. */
const MAX_CHANGES = 50;

const LINES: Readonly<Record<FollowFormat, (changed: ChangedRow) => string>> = {
  jsonl: (changed) => ("row" in changed ? changed.row : JSON.stringify({ id: changed.gone, removed: true })),
  ocsf: (changed) => ("row" in changed ? ocsfEvent(changed.row) : ocsfRemoval(changed.gone)),
};

/** @param options checked: of a format that can be followed, with a file for the place */
export async function runFollow(
  format: FollowFormat,
  cursorFile: string,
  options: ExportOptions,
  context: CliContext,
): Promise<number> {
  const { out, env } = context;
  const query = queryOf(EXPORT_FILTERS, options);
  const filters = readParameters(
    new URLSearchParams([...query].filter(([name]) => Object.hasOwn(ACTION_FILTERS, name))),
    ACTION_FILTERS,
  );
  const times = readParameters(
    new URLSearchParams([...query].filter(([name]) => Object.hasOwn(TIME_PARAMETERS, name))),
    TIME_PARAMETERS,
  );
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const known = await readPlace(cursorFile);
  // Before a line is written: without a place they would be written again the next time.
  await checkPlace(cursorFile);
  const target = options.output === undefined ? outputTarget(out) : await fileTarget(options.output);
  const interruption = context.catchInterrupts();
  const signal = AbortSignal.any([interruption.signal, out.readerGone]);
  const pool = createPool({ ...postgres, maxConnections: 1 });
  let lines = 0;
  const write = async (rows: AsyncIterable<ChangedRow>): Promise<boolean> => {
    for await (const changed of rows) {
      if (signal.aborted) return false;
      await target.write(LINES[format](changed));
      lines++;
    }
    return true;
  };
  try {
    let cursor = known?.cursor;
    if (cursor === undefined) {
      // Before the rows that are there: what is written meanwhile is named behind it.
      cursor = await latestChangeCursor(pool);
      if (times.size > 0 && !(await write(rowsThere(pool, readTimeRange(times, Date.now()), filters))))
        return EXIT_OK;
      await keep(cursor, cursorFile, target);
    }
    const feed = lookFrom(cursor, { pool, cursorFile, target, savedAt: known?.savedAt, filters, write });
    await follow({
      feed,
      show: () => undefined,
      signal,
      isOutage: (error) => !(error instanceof CommandError) && isOutage(error),
      delay: () => changeFeedDelay(pool),
      ...announcements(out, postgres.target),
    });
    return EXIT_OK;
  } catch (error) {
    throw error instanceof CommandError ? error : storeFailure(error);
  } finally {
    interruption.stopListening();
    await target.close();
    await pool.end().catch(() => undefined);
    out.progress(out.progressStyle.dim(`${formatCount(lines, "line")} written.`));
  }
}

interface Look {
  readonly pool: pg.Pool;
  readonly cursorFile: string;
  readonly target: LineTarget;
  /** When the place that was found was kept. */
  readonly savedAt: string | undefined;
  readonly filters: ReturnType<typeof readParameters>;
  /** Resolves to whether all of them were written. */
  readonly write: (rows: AsyncIterable<ChangedRow>) => Promise<boolean>;
}

/** A look that breaks off is done again from where it began. */
function lookFrom(begin: Parameters<typeof savePlace>[1], look: Look) {
  let cursor = begin;
  const { pool, cursorFile, target, savedAt, filters, write } = look;
  return {
    async *look(): AsyncGenerator<never> {
      for (;;) {
        const read = await readChanges(pool, cursor, MAX_CHANGES).catch((error: unknown) => {
          throw error instanceof ChangeCursorLost ? lost(cursorFile, savedAt) : error;
        });
        if (read.changes.length === 0) return;
        if (!(await write(changedRows(pool, read.changes, filters)))) return;
        if (!(await keep(read.cursor, cursorFile, target))) return;
        cursor = read.cursor;
      }
    },
  };
}

/** Resolves to whether all lines so far are with the reader: lines that are not are written the next time. */
async function keep(
  cursor: Parameters<typeof savePlace>[1],
  cursorFile: string,
  target: LineTarget,
): Promise<boolean> {
  if (!(await target.flush())) return false;
  await savePlace(cursorFile, cursor);
  return true;
}

const lost = (cursorFile: string, savedAt = "then"): CommandError =>
  new CommandError(
    `The change feed, which is kept for seven days, does not reach back to the place in ${cursorFile}, or is of another database. Remove the file, and begin with what was written since: --since ${savedAt}`,
  );
