import type { EventOrigin } from "../event/index.js";

/** Values of one header: Kafka allows a name more than once. */
export type HeaderValue = Buffer | string | readonly (Buffer | string)[];

/** A Kafka record as it came, with its place. */
export interface SourceRecord extends EventOrigin {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue | undefined>>;
}
