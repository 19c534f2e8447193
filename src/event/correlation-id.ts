import { nameUuid, parseUuid } from "./uuid.js";

/** A correlation id as stored: a UUID, and the text that it stands for where the producer gave another text. */
export interface CorrelationId {
  readonly uuid: string;
  readonly text?: string;
}

/**
 * Turns what a producer calls its correlation id into a UUID: a UUID stays what it is, any other text becomes a
 * name-based UUIDv8 of it. The SQL function `correlation_uuid(text)` returns the same UUID, so a query can use the text.
 */
export function correlationId(text: string): CorrelationId {
  if (text !== last.given) {
    const uuid = parseUuid(text);
    last = { given: text, id: uuid === undefined ? { uuid: nameUuid(text), text } : { uuid } };
  }
  return last.id;
}

// The events of a run follow each other, and each asks for the same one several times.
let last: { readonly given: string | undefined; readonly id: CorrelationId } = {
  given: undefined,
  id: { uuid: "" },
};
