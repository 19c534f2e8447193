import type { EventOrigin } from "../event/index.js";

/** Values of one header: Kafka allows a name more than once, and a header without a value. */
export type HeaderValue = Buffer | string | readonly (Buffer | string | null)[] | null;

/** A Kafka record as it came, with its place. */
export interface SourceRecord extends EventOrigin {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue | undefined>>;
}

/** What Kafka's client hands over of a record; its place in the topic is told once for all that come together. */
export interface SourceMessage {
  readonly offset: string;
  /** Digits: Unix milliseconds. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: SourceRecord["headers"] | undefined;
}
