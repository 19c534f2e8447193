import { type Field, type Message, TRACE_REQUEST } from "./trace-messages.js";
import {
  MalformedMessage,
  MessageTooLarge,
  type Tag,
  WIRE,
  WireReader,
  type WireType,
} from "./wire-reader.js";

export type DecodedRequest =
  /** The same document as OTLP/JSON has it; 64-bit integers are texts of digits where a double would round them. */
  | { readonly ok: true; readonly document: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: string; readonly tooLarge: boolean };

/**
 * Two bytes can be a message, and an object takes fifty: without a bound, a request would take many times its size in
 * memory. A span of the field has some fifty messages in it, each attribute being two.
 */
export const MAX_MESSAGES = 1_000_000;

/**
 * An `ExportTraceServiceRequest` in protobuf. Never throws, whatever the bytes are. Fields that are not known, or that
 * stand there with another wire type, are skipped, as the encoding asks of readers.
 */
export function decodeTraceRequest(bytes: Uint8Array, maxMessages = MAX_MESSAGES): DecodedRequest {
  try {
    const document = new Decoder(bytes, maxMessages).message(TRACE_REQUEST, bytes.length);
    return { ok: true, document };
  } catch (error) {
    if (error instanceof MalformedMessage || error instanceof MessageTooLarge)
      return { ok: false, problem: error.message, tooLarge: error instanceof MessageTooLarge };
    throw error;
  }
}

type Decoded = Record<string, unknown>;

class Decoder {
  readonly #wire: WireReader;
  #messagesLeft: number;

  constructor(bytes: Uint8Array, maxMessages: number) {
    this.#wire = new WireReader(bytes);
    this.#messagesLeft = maxMessages;
  }

  message({ fields, isOneof }: Message, end: number): Decoded {
    if (--this.#messagesLeft < 0) throw new MessageTooLarge("it has too many parts");
    let decoded: Decoded = {};
    for (let tag = this.#wire.nextTag(end); tag !== undefined; tag = this.#wire.nextTag(end)) {
      const field = fieldOf(fields, tag);
      if (field === undefined) {
        this.#wire.skip(tag.type, end);
        continue;
      }
      if (isOneof) decoded = {};
      const value = this.#value(field, end);
      if (field.many !== true) decoded[field.name] = value;
      else listAt(decoded, field.name).push(value);
    }
    return decoded;
  }

  #value({ is }: Field, end: number): unknown {
    const wire = this.#wire;
    if (typeof is === "object") return wire.message(end, (inner) => this.message(is, inner));
    if (is === "hex" || is === "base64") return wire.bytes(end).toString(is);
    return wire[is](end);
  }
}

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
