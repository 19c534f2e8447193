import type { EventOrigin } from "../event/index.js";
import type { HeaderValue } from "../kafka/records.js";

/** A Kafka record as it came, with its place. */
export interface SourceRecord extends EventOrigin {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue | undefined>>;
}
