import { type Field, type Message, RESOURCE_SPANS, SPAN } from "./trace-messages.js";
import { MessageTooLarge, type Tag, WIRE, WireReader, type WireType } from "./wire-reader.js";

/**
 * Two bytes can be a message, and an object takes fifty: without a bound, a request would take many times its size in
 * memory. A span of the field has some fifty messages in it, each attribute being two.
 */
export const MAX_MESSAGES = 1_000_000;
/** A span is decoded in one go, and others wait for so long; likewise what is around the spans of one resource. */
export const MAX_SPAN_MESSAGES = 20_000;
export const MAX_GROUP_MESSAGES = 50_000;

type Decoded = Record<string, unknown>;

/**
 * An `ExportTraceServiceRequest` in protobuf, piece by piece. What it returns is what OTLP/JSON has; 64-bit integers are texts of
 * digits where a double would round them. Fields that are not known, or that stand there with another wire type, are skipped, as
 * the encoding asks of readers.
 *
 * @throws MalformedMessage from every method, when the bytes are no such message
 * @throws MessageTooLarge from every method, when it has too many parts
 */
export class TraceRequestDecoder {
  readonly #bytes: Uint8Array;
  readonly #maxSpans: number;
  #messagesLeft: number;
  #spans = 0;

  constructor(bytes: Uint8Array, { maxMessages = MAX_MESSAGES, maxSpans = Number.POSITIVE_INFINITY } = {}) {
    this.#bytes = bytes;
    this.#maxSpans = maxSpans;
    this.#messagesLeft = maxMessages;
  }

  /** The groups of spans by resource, with the bytes of each span in its place. */
  *groups(): Generator<readonly [index: number, group: Decoded]> {
    const wire = new WireReader(this.#bytes);
    const end = this.#bytes.length;
    let index = 0;
    for (let tag = wire.nextTag(end); tag !== undefined; tag = wire.nextTag(end)) {
      if (tag.field !== RESOURCE_SPANS_FIELD || tag.type !== WIRE.bytes) wire.skip(tag.type, end);
      else
        yield [
          index++,
          wire.message(end, (inner) =>
            this.#bounded(MAX_GROUP_MESSAGES, () => this.#message(wire, RESOURCE_SPANS, inner)),
          ),
        ];
    }
  }

  /** One span; `undefined` when it has too many parts of its own. */
  span(bytes: Uint8Array): Decoded | undefined {
    // It was counted when its place was read.
    this.#messagesLeft++;
    const left = this.#messagesLeft;
    try {
      return this.#bounded(MAX_SPAN_MESSAGES, () =>
        this.#message(new WireReader(bytes, SPAN_DEPTH), SPAN, bytes.length),
      );
    } catch (error) {
      if (error instanceof MessageTooLarge && left > MAX_SPAN_MESSAGES) return undefined;
      throw error;
    }
  }

  /** What is decoded in one go may have so many messages. */
  #bounded<Result>(maxMessages: number, decode: () => Result): Result {
    const before = this.#messagesLeft;
    this.#messagesLeft = Math.min(before, maxMessages);
    const bound = this.#messagesLeft;
    try {
      return decode();
    } finally {
      this.#messagesLeft = before - bound + Math.max(this.#messagesLeft, 0);
    }
  }

  #message(wire: WireReader, { fields, isOneof }: Message, end: number): Decoded {
    if (--this.#messagesLeft < 0) throw new MessageTooLarge("it has too many parts");
    let decoded: Decoded = {};
    for (let tag = wire.nextTag(end); tag !== undefined; tag = wire.nextTag(end)) {
      const field = fieldOf(fields, tag);
      if (field === undefined) {
        wire.skip(tag.type, end);
        continue;
      }
      if (isOneof) decoded = {};
      const value = this.#value(wire, field, end);
      if (field.many !== true) decoded[field.name] = value;
      else listAt(decoded, field.name).push(value);
    }
    return decoded;
  }

  #value(wire: WireReader, { is }: Field, end: number): unknown {
    if (is === SPAN) return this.#spanBytes(wire, end);
    if (typeof is === "object") return wire.message(end, (inner) => this.#message(wire, is, inner));
    if (is === "hex" || is === "base64") return wire.bytes(end).toString(is);
    return wire[is](end);
  }

  #spanBytes(wire: WireReader, end: number): Buffer {
    if (++this.#spans > this.#maxSpans) throw new MessageTooLarge(`it has more than ${this.#maxSpans} spans`);
    if (--this.#messagesLeft < 0) throw new MessageTooLarge("it has too many parts");
    return wire.bytes(end);
  }
}

const RESOURCE_SPANS_FIELD = 1;
/** Levels above a span: its scope and its resource. */
const SPAN_DEPTH = 3;

const WIRE_TYPES = {
  text: WIRE.bytes,
  bool: WIRE.varint,
  int64: WIRE.varint,
  int32: WIRE.varint,
  fixed64: WIRE.fixed64,
  double: WIRE.fixed64,
  hex: WIRE.bytes,
  base64: WIRE.bytes,
} as const satisfies Record<Exclude<Field["is"], Message>, WireType>;

function fieldOf(fields: Message["fields"], { field: number, type }: Tag): Field | undefined {
  const field = fields.get(number);
  const expected = typeof field?.is === "string" ? WIRE_TYPES[field.is] : WIRE.bytes;
  return type === expected ? field : undefined;
}

function listAt(decoded: Decoded, name: string): unknown[] {
  const list = decoded[name];
  if (Array.isArray(list)) return list;
  const made: unknown[] = [];
  decoded[name] = made;
  return made;
}
