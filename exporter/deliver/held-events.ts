import type { DeliveryLog } from "./delivery-log.js";
import { DROP_SENTENCES } from "./drop-sentences.js";
import { bytesOfHeld, type HeldRecord } from "./held-record.js";
import type { QueueBounds } from "./queue-bounds.js";
import type { RecordNumbers } from "./record-numbers.js";
import type { Outcome } from "./send-queue.js";
import type { ActionRecord } from "./serialize.js";
import type { Spooling } from "./spooling.js";
import type { TopicSender } from "./topic-sender.js";

export interface HeldEventsParts {
  readonly bounds: QueueBounds;
  readonly numbers: RecordNumbers;
  readonly log: DeliveryLog;
  readonly sender: TopicSender;
  readonly spooling: Spooling | undefined;
  /** Why no event of so many bytes is taken now; `undefined`: it is. */
  readonly reasonAgainst: (bytes: number) => "shut_down" | "queue_full" | undefined;
}

/** What sends events that are held, and what they wait for. No method throws or rejects. */
export interface HeldWork {
  /** Sends what is held for other spans, before every flush and before the end. */
  release(): void;
  /** Whether what events are held for was done when the time was up; `undefined`: nothing is under way. */
  settled(limitMillis: number): Promise<boolean> | undefined;
  /** Sends all in this turn, whatever it was held for. */
  giveUp(): void;
}

export const NO_HELD_WORK: HeldWork = {
  release: () => undefined,
  settled: () => undefined,
  giveUp: () => undefined,
};

/** Actions that have ended and are not ready to be sent: they have their place in the queue, and count towards its bounds. */
export class HeldEvents {
  readonly #parts: HeldEventsParts;

  constructor(parts: HeldEventsParts) {
    this.#parts = parts;
  }

  /**
   * Accepts an event. Returns `undefined`, and has it counted as dropped, when there is no place for it.
   *
   * @param more bytes that are kept in memory for it beside its record
   */
  hold(record: ActionRecord, more = 0, settle?: (outcome: Outcome) => void): HeldRecord | undefined {
    const { bounds, log, spooling, reasonAgainst } = this.#parts;
    const bytes = record.value.length + more;
    const reason = reasonAgainst(bytes);
    if (reason !== undefined) {
      bounds.events.arrive(reason);
      log.dropped(reason, DROP_SENTENCES[reason]);
      settle?.({ delivered: false, reason });
      return undefined;
    }
    bounds.events.arrive("held", bytes);
    return { bytes, copy: spooling?.copyHeld(record) };
  }

  /** Sends the one record of an action that became of events that were held. */
  release(record: ActionRecord, held: readonly HeldRecord[], settle?: (outcome: Outcome) => void): void {
    const { bounds, numbers, sender, spooling } = this.#parts;
    const counters = bounds.events;
    counters.resize(record.value.length - bytesOfHeld(held));
    counters.move("held", "deduplicated", held.length - 1, 0);
    counters.move("held", "buffered", 1, 0);
    const numbered = numbers.numbered(record);
    if (spooling === undefined) sender.add(numbered, settle);
    else spooling.offer("action", numbered, settle, true);
    spooling?.forgetHeld(held);
  }

  /** Counts events that nothing can become of. */
  drop(held: readonly HeldRecord[], why: string): void {
    const { bounds, log, spooling } = this.#parts;
    bounds.events.move("held", "internal_error", held.length, bytesOfHeld(held));
    spooling?.forgetHeld(held);
    log.dropped("internal_error", why, held.length);
  }
}
