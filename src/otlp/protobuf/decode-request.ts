import type { Field, Message, SignalMessages } from "./messages.js";
import { MessageTooLarge, type Tag, WIRE, WireReader, type WireType } from "./wire-reader.js";

/**
 * Two bytes can be a message, and an object takes fifty: without a bound, a request would take many times its size in
 * memory. A span of the field has some fifty messages in it, each attribute being two.
 */
export const MAX_MESSAGES = 1_000_000;
/** An item is decoded in one go, and others wait for so long; likewise what is around the items of one resource. */
export const MAX_ITEM_MESSAGES = 20_000;
export const MAX_GROUP_MESSAGES = 50_000;

type Decoded = Record<string, unknown>;

/**
 * An export request in protobuf, of spans or of log records, piece by piece. What it returns is what OTLP/JSON has; 64-bit integers are texts of
 * digits where a double would round them. Fields that are not known, or that stand there with another wire type, are skipped, as
 * the encoding asks of readers.
 *
 * @throws MalformedMessage from every method, when the bytes are no such message
 * @throws MessageTooLarge from every method, when it has too many parts
 */
export class RequestDecoder {
  readonly #bytes: Uint8Array;
  readonly #signal: SignalMessages;
  /** What the items are, in sentences. */
  readonly #called: string;
  readonly #maxItems: number;
  #messagesLeft: number;
  #items = 0;

  constructor(
    bytes: Uint8Array,
    signal: SignalMessages,
    { called = "items", maxMessages = MAX_MESSAGES, maxItems = Number.POSITIVE_INFINITY } = {},
  ) {
    this.#bytes = bytes;
    this.#signal = signal;
    this.#called = called;
    this.#maxItems = maxItems;
    this.#messagesLeft = maxMessages;
  }

  /** The groups of items by resource, with the bytes of each item in its place. */
  *groups(): Generator<readonly [index: number, group: Decoded]> {
    const wire = new WireReader(this.#bytes);
    const end = this.#bytes.length;
    let index = 0;
    for (let tag = wire.nextTag(end); tag !== undefined; tag = wire.nextTag(end)) {
      if (tag.field !== GROUP_FIELD || tag.type !== WIRE.bytes) wire.skip(tag.type, end);
      else
        yield [
          index++,
          wire.message(end, (inner) =>
            this.#bounded(MAX_GROUP_MESSAGES, () => this.#message(wire, this.#signal.group, inner)),
          ),
        ];
    }
  }

  /** One item; `undefined` when it has too many parts of its own. */
  item(bytes: Uint8Array): Decoded | undefined {
    // It was counted when its place was read.
    this.#messagesLeft++;
    const left = this.#messagesLeft;
    try {
      return this.#bounded(MAX_ITEM_MESSAGES, () =>
        this.#message(new WireReader(bytes, ITEM_DEPTH), this.#signal.item, bytes.length),
      );
    } catch (error) {
      if (error instanceof MessageTooLarge && left > MAX_ITEM_MESSAGES) return undefined;
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
    if (is === this.#signal.item) return this.#itemBytes(wire, end);
    if (typeof is === "object") return wire.message(end, (inner) => this.#message(wire, is, inner));
    if (is === "hex" || is === "base64") return wire.bytes(end).toString(is);
    return wire[is](end);
  }

  #itemBytes(wire: WireReader, end: number): Buffer {
    if (++this.#items > this.#maxItems)
      throw new MessageTooLarge(`it has more than ${this.#maxItems} ${this.#called}`);
    if (--this.#messagesLeft < 0) throw new MessageTooLarge("it has too many parts");
    return wire.bytes(end);
  }
}

const GROUP_FIELD = 1;
/** Levels above an item: its scope and its resource. */
const ITEM_DEPTH = 3;

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
