/** Dead letters for who asks a service by HTTP: bounded in number and in time, and one at a time, because each reads the topic from its beginning. */
import type { Logger } from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { placeText } from "../consumer/dead-letter-note.js";
import { TransportError } from "../errors.js";
import type { TopicNames } from "../event/index.js";
import { withinMillis } from "../internal/time-limit.js";
import { type KnownLetter, NO_FILTER } from "./letter.js";
import { lettersInSpool } from "./letters-in-spool.js";
import { lettersInTopic } from "./letters-in-topic.js";
import { type LetterSource, readLetters } from "./read-letters.js";
import { reasonAgainst, redrive } from "./redrive.js";

export interface DeadLettersOptions {
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  readonly groupId: string;
  /** The folder of the spool that is read instead of Kafka. */
  readonly spool?: string | undefined;
  readonly log: Logger;
}

/** What became of a request to send letters once more. */
export interface Redriven {
  /** Places of letters whose records Kafka has acknowledged. */
  readonly redriven: readonly string[];
  readonly leftOut: readonly { readonly place: string; readonly why: string }[];
}

/** All reject with `TransportError`. */
export interface DeadLetters {
  /** Those of which nothing became yet, the oldest first. */
  list(): Promise<readonly KnownLetter[]>;
  /** Sends the records of these once more. Who asked stands in the notes and in the log. */
  redrive(places: readonly string[], by: string): Promise<Redriven>;
  /** What is under way ends. Never rejects. */
  stop(): Promise<void>;
}

/** Some 2 kB each. */
const MAX_KEPT = 20_000;
const MAX_ATTEMPTS = 3;
/** Records a second. */
const RATE = 100;
const MAX_MILLIS = 60_000;

/** Connects to nothing before the first request. */
export function createDeadLetters({ kafka, topics, groupId, spool, log }: DeadLettersOptions): DeadLetters {
  const topic = topics.dead_letter;
  const sourceUntil = (signal: AbortSignal): LetterSource =>
    spool === undefined
      ? lettersInTopic({ kafka, topic, groupId, signal })
      : lettersInSpool({ directory: spool, topic, signal });
  const stopped = new AbortController();
  let underWay: Promise<unknown> | undefined;

  async function alone<Result>(work: (source: LetterSource) => Promise<Result>): Promise<Result> {
    if (underWay !== undefined)
      throw new TransportError("The dead letters are being read for somebody else: try again.", {
        retriable: true,
      });
    const signal = withinMillis(MAX_MILLIS, stopped.signal);
    const done = work(sourceUntil(signal));
    underWay = done.catch(() => undefined);
    try {
      const result = await done;
      // An interrupted reading ends early, as if there were no more.
      if (signal.aborted && stopped.signal.aborted)
        throw new TransportError("The service is being stopped.", { retriable: true });
      return result;
    } finally {
      underWay = undefined;
    }
  }

  async function openLetters(source: LetterSource, places: readonly string[] = []) {
    const filter = { ...NO_FILTER, places: new Set(places) };
    const letters = await readLetters(source, filter, { maxKept: MAX_KEPT });
    if (source.signal.aborted)
      throw new TransportError(
        `The dead letters could not be read within ${MAX_MILLIS / 1_000} s: agent-actions dlq has no limit.`,
        { retriable: true },
      );
    return letters.filter(({ fate }) => fate === "open");
  }

  return {
    list: () => alone((source) => openLetters(source)),
    redrive: (places, by) =>
      alone(async (source) => {
        const letters = await openLetters(source, places);
        const known = new Set(letters.map(placeText));
        const leftOut = places
          .filter((place) => !known.has(place))
          .map((place) => ({ place, why: "there is no open letter at this place" }));
        const taken: KnownLetter[] = [];
        for (const letter of letters) {
          const why = reasonAgainst(letter, topics, MAX_ATTEMPTS);
          if (why === undefined) taken.push(letter);
          else leftOut.push({ place: placeText(letter), why });
        }
        const redriven: string[] = [];
        try {
          if (taken.length > 0)
            await redrive(source, taken, {
              rate: RATE,
              by,
              onSent: (letter) => redriven.push(placeText(letter)),
            });
        } finally {
          log.info({ by, redriven, left_out: leftOut.length }, "dead letters were sent once more");
        }
        const sent = new Set(redriven);
        for (const letter of taken)
          if (!sent.has(placeText(letter)))
            leftOut.push({ place: placeText(letter), why: "there was no time for it: ask again" });
        return { redriven, leftOut };
      }),
    async stop() {
      stopped.abort();
      await underWay;
    },
  };
}
