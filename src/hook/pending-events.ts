/**
 * Events that no service took, a file each, until a later hook or `agent-actions hook --flush` sends them. Files are renamed before they are sent, so that two hooks
 * do not send the same; what is sent twice all the same is one row.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { HookEvent } from "./payloads/hook-event.js";

/** What may wait, of all hooks of a user. */
const MAX_BYTES = 67_108_864;
const MAX_FILES = 20_000;
/** Of what is sent at once: a hook that finds many waiting sends some, and leaves the others to the next ones. */
const MAX_SENT = 200;
const MAX_SENT_BYTES = 2_097_152;
/** Whoever claimed a file so long ago is gone. */
const CLAIM_MILLIS = 60_000;
const SUFFIX = ".json";
const CLAIMED = ".sending";
/** In the name of what was kept without an attempt, because one had failed shortly before. */
const UNTRIED = "-untried.";

export interface Claimed {
  readonly events: readonly HookEvent[];
  /** They are delivered. */
  remove(): void;
  /** They are not. */
  release(): void;
}

export class PendingEvents {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Files that wait, the oldest first. */
  names(): readonly string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => name.endsWith(SUFFIX) || name.endsWith(CLAIMED))
        .sort();
    } catch {
      return [];
    }
  }

  /** When the service was last tried in vain, milliseconds since the epoch, as far as what waits shows it. */
  lastTriedMillis(names: readonly string[]): number | undefined {
    const last = names.findLast((name) => !name.includes(UNTRIED));
    const millis = Number(last?.split("-", 1)[0]);
    return Number.isFinite(millis) ? millis : undefined;
  }

  /** Keeps an event; `false` when there is no room. @param wasTried the service did not take it @throws what the file system says */
  keep(event: HookEvent, nowMillis: number, wasTried = true): boolean {
    const names = this.names();
    const text = JSON.stringify(event);
    if (names.length >= MAX_FILES || this.#bytes(names) + text.length > MAX_BYTES) return false;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const name = `${nowMillis}-${process.pid}-${names.length}`;
    const unfinished = join(this.#folder, `${name}.new`);
    writeFileSync(unfinished, text, { mode: 0o600 });
    renameSync(unfinished, join(this.#folder, (wasTried ? name : name + UNTRIED.slice(0, -1)) + SUFFIX));
    return true;
  }

  /** Takes some of the oldest for sending; `undefined` where none is left to take. @param most so many events at the most */
  claim(names: readonly string[], nowMillis: number, most = MAX_SENT): Claimed | undefined {
    const claimed: string[] = [];
    const events: HookEvent[] = [];
    let bytes = 0;
    for (const name of names) {
      if (events.length === most) break;
      // One that is larger goes alone: together they could be more than the service takes.
      const size = attempt(() => statSync(join(this.#folder, name)).size) ?? 0;
      if (events.length > 0 && bytes + size > MAX_SENT_BYTES) break;
      const path = this.#take(name, nowMillis);
      if (path === undefined) continue;
      try {
        events.push(JSON.parse(readFileSync(path, "utf8")) as HookEvent);
        bytes += size;
        claimed.push(path);
      } catch {
        // Set aside rather than lost: nobody can read it, and it would stand in the way for ever.
        attempt(() => renameSync(path, `${path}.corrupt`));
      }
    }
    if (events.length === 0) return undefined;
    return {
      events,
      remove: () => claimed.forEach((path) => void attempt(() => unlinkSync(path))),
      release: () =>
        claimed.forEach(
          (path) => void attempt(() => renameSync(path, path.slice(0, -CLAIMED.length) + SUFFIX)),
        ),
    };
  }

  #take(name: string, nowMillis: number): string | undefined {
    const path = join(this.#folder, name);
    return attempt(() => {
      if (name.endsWith(CLAIMED)) {
        if (nowMillis - statSync(path).ctimeMs < CLAIM_MILLIS) return undefined;
        // Now it is claimed anew: renaming a file to itself would not say so.
        utimesSync(path, nowMillis / 1_000, nowMillis / 1_000);
        return path;
      }
      const taken = path.slice(0, -SUFFIX.length) + CLAIMED;
      renameSync(path, taken);
      return taken;
    });
  }

  #bytes(names: readonly string[]): number {
    // A file is small: below this many they cannot reach the bound, and nobody has to look.
    if (names.length < 16) return 0;
    return names.reduce(
      (sum, name) => sum + (attempt(() => statSync(join(this.#folder, name)).size) ?? 0),
      0,
    );
  }
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
