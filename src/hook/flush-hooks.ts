import { PendingEvents } from "./pending-events.js";
import { postEvents } from "./post-events.js";
import type { HookSettings } from "./run-hook.js";

/** Sends everything that waits, as long as the service takes it. Never rejects. */
export async function flushHooks(
  settings: HookSettings,
): Promise<{ readonly sent: number; readonly waiting: number }> {
  if (settings.directory === undefined) return { sent: 0, waiting: 0 };
  const pending = new PendingEvents(settings.directory);
  let sent = 0;
  for (;;) {
    const claimed = pending.claim(pending.names(), Date.now());
    if (claimed === undefined) break;
    // Somebody waits for it, so it may take longer than in a hook.
    const posted = await postEvents(claimed.events, { ...settings, timeoutMillis: FLUSH_MILLIS });
    if (posted === "unreachable") {
      claimed.release();
      break;
    }
    claimed.remove();
    sent += claimed.events.length;
  }
  return { sent, waiting: pending.names().length };
}

const FLUSH_MILLIS = 10_000;
