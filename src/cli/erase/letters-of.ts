import { placeText } from "../../consumer/dead-letter-note.js";
import { decode } from "../../consumer/decode.js";
import { type Letter, NO_FILTER } from "../../dead-letters/letter.js";
import { type LetterSource, readLetters, visitLetters } from "../../dead-letters/read-letters.js";
import { correlationId, kindOfTopic, type RecordKind, type TopicNames } from "../../event/index.js";
import type { SourceMessage } from "../../kafka/records.js";
import { type ErasureSubject, valuesOf } from "../../store/erasure/erasure-fields.js";

/** Dead letters that hold something of the subject, and are not marked as erased. Throws `TransportError`. */
export async function lettersOf(
  source: LetterSource,
  topics: TopicNames,
  subject: ErasureSubject,
): Promise<readonly Letter[]> {
  const known = (await readLetters(source, NO_FILTER)).filter(({ fate }) => fate !== "erased");
  const found: Letter[] = [];
  await visitLetters(source, new Set(known.map(placeText)), async (letter, message) => {
    if (isOf(subject, kindOfTopic(letter.topic, topics) ?? "action", letter, message)) found.push(letter);
  });
  return found;
}

/** By its event where the record holds one, else by what stands in its JSON; and by its key, which is the run's id. */
function isOf(subject: ErasureSubject, kind: RecordKind, letter: Letter, message: SourceMessage): boolean {
  const { key, value, offset, headers = {} } = message;
  const keyText = key?.toString("utf8") ?? "";
  if (subject.field === "run" && keyText !== "" && runOf(keyText) === subject.value) return true;
  const place = { topic: letter.topic, partition: letter.partition, offset, timestampMillis: 0 };
  const decoded = decode(kind, { ...place, key, value, headers });
  if (decoded.outcome === "valid")
    return names(subject, decoded.event.event as unknown as Readonly<Record<string, unknown>>);
  const json = parsed(value);
  const { payload } = json;
  return names(subject, json) || (isObject(payload) && names(subject, payload));
}

const names = ({ field, value }: ErasureSubject, fields: Readonly<Record<string, unknown>>): boolean =>
  valuesOf(field, fields).some((one) => one === value || (field === "run" && runOf(one) === value));

const runOf = (text: string): string => correlationId(text).uuid;

function parsed(value: Buffer | null): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(value?.toString("utf8") ?? "");
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
