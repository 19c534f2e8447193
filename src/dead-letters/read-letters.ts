/** Dead letters, wherever they are: read from the beginning to where they end now. Nothing is removed. */
import type { DeadLetterMessage } from "../consumer/dead-letter.js";
import { type Fate, noteOf, placeText } from "../consumer/dead-letter-note.js";
import { TransportError } from "../errors.js";
import type { SourceMessage } from "../kafka/records.js";
import { isMeant, type KnownLetter, type Letter, type LetterFilter, letterOf } from "./letter.js";

/** Is given every record of the place where dead letters are, letters and notes. `heartbeat` is to be called while it takes its time. */
export type Take = (
  partition: number,
  message: SourceMessage,
  heartbeat: () => Promise<void>,
) => Promise<void>;

/** Where dead letters are: a topic, or the folder of a spool. */
export interface LetterSource {
  /** In headers of what is sent once more. */
  readonly topic: string;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** @throws TransportError */
  readAll(take: Take): Promise<void>;
  openWriter(): LetterWriter;
}

/** The way out for records and notes. */
export interface LetterWriter {
  /** Resolves when it is acknowledged. @throws TransportError */
  produce(topic: string, message: DeadLetterMessage): Promise<void>;
  end(): Promise<void>;
}

export interface ReadLettersOptions {
  /** Of more letters and notes than this nothing is returned, but an error. @default no limit */
  readonly maxKept?: number;
}

/** The letters that are meant, in the order of their places, with what notes say of them. Throws `TransportError`. */
export async function readLetters(
  source: LetterSource,
  filter: LetterFilter,
  { maxKept = Number.POSITIVE_INFINITY }: ReadLettersOptions = {},
): Promise<readonly KnownLetter[]> {
  const letters: Letter[] = [];
  const fates = new Map<string, Fate>();
  await source.readAll(async (partition, message) => {
    const note = noteOf(message.headers ?? {});
    if (note !== undefined) fates.set(note.of, note.fate);
    else {
      const letter = letterOf(partition, message);
      if (isMeant(letter, filter)) letters.push(letter);
    }
    if (letters.length + fates.size > maxKept)
      throw new TransportError(
        `There are more than ${maxKept} dead letters and notes on them: agent-actions dlq works on any number.`,
      );
  });
  return letters
    .map((letter) => ({ ...letter, fate: fates.get(placeText(letter)) ?? ("open" as const) }))
    .sort(
      (one, other) =>
        one.at.getTime() - other.at.getTime() || Number(BigInt(one.offset) - BigInt(other.offset)),
    );
}

export type VisitLetter = (
  letter: Letter,
  message: SourceMessage,
  heartbeat: () => Promise<void>,
) => Promise<void>;

/** Goes through the letters at these places once more, with their values. */
export async function visitLetters(
  source: LetterSource,
  places: ReadonlySet<string>,
  visit: VisitLetter,
): Promise<void> {
  await source.readAll(async (partition, message, heartbeat) => {
    if (places.has(placeText({ partition, offset: message.offset })))
      await visit(letterOf(partition, message), message, heartbeat);
  });
}
