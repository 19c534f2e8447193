import type { PostgresSettings } from "../../config/postgres-settings.js";
import { describeError } from "../../internal/describe-error.js";
import { createPool } from "../../store/pool.js";
import type { Output } from "../framework/output.js";
import { follow } from "../tail/follow.js";
import { shower } from "../tail/run-tail.js";
import { createTailFeed } from "../tail/tail-feed.js";
import { createTailReader } from "../tail/tail-reader.js";

/** Shows rows on standard error as they come and change, as `tail` does, until the signal. Never rejects. */
export async function showLiveRows(
  postgres: PostgresSettings,
  out: Output,
  signal: AbortSignal,
): Promise<void> {
  const pool = createPool({ ...postgres, maxConnections: 1 });
  const show = shower({ ...out, result: out.progress, style: out.progressStyle }, false);
  const nothing = () => undefined;
  try {
    const feed = createTailFeed(createTailReader(pool, {}));
    for await (const row of feed.start({ latest: 0 })) show({ row });
    await follow({
      feed,
      show,
      signal,
      isOutage: () => true,
      onOutage: nothing,
      onReturn: nothing,
      delay: () => Promise.resolve(0),
      onDelay: nothing,
    });
  } catch (error) {
    out.progress(`Rows are not shown as they come: ${describeError(error).message}`);
  } finally {
    await pool.end().catch(nothing);
  }
}
