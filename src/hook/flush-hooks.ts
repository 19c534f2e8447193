import { PendingEvents } from "./pending-events.js";
import { postEvents } from "./post-events.js";
import type { HookSettings } from "./run-hook.js";

/** Events, by what became of them. */
export interface FlushedHooks {
  readonly sent: number;
  /** The service will never take them, and they are removed. */
  readonly refused: number;
  readonly waiting: number;
}

/** Sends everything that waits, as long as the service takes it. Never rejects. */
export async function flushHooks(settings: HookSettings): Promise<FlushedHooks> {
  if (settings.directory === undefined) return { sent: 0, refused: 0, waiting: 0 };
  const pending = new PendingEvents(settings.directory);
  const counts = { sent: 0, refused: 0 };
  let most: number | undefined;
  for (;;) {
    const claimed = pending.claim(pending.names(), Date.now(), most);
    if (claimed === undefined) break;
    // Somebody waits for it, so it may take longer than in a hook.
    const posted = await postEvents(claimed.events, { ...settings, timeoutMillis: FLUSH_MILLIS });
    const count = claimed.events.length;
    if (posted === "unreachable" || (posted === "refused" && count > 1)) claimed.release();
    else {
      claimed.remove();
      counts[posted === "taken" ? "sent" : "refused"] += count;
    }
    if (posted === "unreachable") break;
    // Of what is refused together, one may be the reason.
    if (posted === "refused") most = 1;
  }
  return { ...counts, waiting: pending.names().length };
}

const FLUSH_MILLIS = 10_000;
