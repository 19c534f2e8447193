import { nameUuid, parseUuid } from "./uuid.js";

/** A correlation id as stored: a UUID, and the text that it stands for where the producer gave another text. */
export interface CorrelationId {
  readonly uuid: string;
  readonly text?: string;
}

/**
 * Turns what a producer calls its correlation id into a UUID: a UUID stays what it is, any other text becomes a
 * name-based UUIDv8 of it. The SQL function `correlation_uuid(text)` gives the same answer, so a query can say the text.
 */
export function correlationId(text: string): CorrelationId {
  const uuid = parseUuid(text);
  return uuid === undefined ? { uuid: nameUuid(text), text } : { uuid };
}
