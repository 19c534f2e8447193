import type { Draw } from "./draw.js";

/** Bytes with some of them changed, removed, doubled or added, whatever they mean. */
export function mutatedBytes(bytes: Buffer, draw: Draw): Buffer {
  if (bytes.length === 0) return draw.bytes(1 + draw.below(64));
  const at = draw.below(bytes.length);
  const length = Math.min(1 + draw.below(32), bytes.length - at);
  const [before, part, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (draw.below(6)) {
    case 0:
      return Buffer.concat([before, draw.bytes(length), after]);
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, ...Array(2 + draw.below(200)).fill(part), after]);
    case 3:
      return Buffer.from(before);
    case 4:
      return Buffer.concat([
        before,
        draw.pick([
          Buffer.from([0xff, 0xfe]),
          Buffer.from([0xc0, 0x80]),
          Buffer.alloc(64),
          Buffer.alloc(10, 0xff),
        ]),
        part,
        after,
      ]);
    default: {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << draw.below(8));
      return flipped;
    }
  }
}

interface Field {
  readonly tag: number;
  readonly type: number;
  /** Of varints and fixed values: the value as it stands; of what has a length, without it. */
  readonly content: Buffer;
}

/** A message of protobuf with one of its fields, at any depth, changed; lengths around it fit again. Other bytes are changed as bytes. */
export function mutatedProtobuf(message: Buffer, draw: Draw): Buffer {
  const fields = readFields(message);
  if (fields === undefined || fields.length === 0) return mutatedBytes(message, draw);
  const at = draw.below(fields.length);
  const { tag, type, content } = fields[at] as Field;
  if (type === 2 && draw.chance(0.75))
    return writeFields(fields.with(at, { tag, type, content: mutatedProtobuf(content, draw) }));
  switch (draw.below(7)) {
    case 0:
      return writeFields(fields.toSpliced(at, 1));
    case 1:
      return writeFields(fields.toSpliced(at, 0, ...Array(1 + draw.below(300)).fill(fields[at])));
    case 2:
      return writeFields(fields.with(at, { tag, type: draw.below(8), content }));
    case 3:
      return writeFields(fields.with(at, { tag: draw.pick([0, 15, 16, 536_870_911]), type, content }));
    case 4:
      return writeFields(fields.with(at, { tag, type, content: mutatedBytes(content, draw) }));
    case 5: {
      // A message within itself, as deep as it will be taken.
      let nested = content;
      for (let left = draw.below(400); left > 0; left--)
        nested = writeFields([{ tag, type: 2, content: nested }]);
      return writeFields(fields.with(at, { tag, type: 2, content: nested }));
    }
    default:
      // A length beyond the end.
      return Buffer.concat([
        writeFields(fields.slice(0, at)),
        varint((tag << 3) | 2),
        draw.pick([varint(2 ** 31 - 1), varint(content.length + 1), Buffer.alloc(10, 0xff)]),
        content,
      ]);
  }
}

function readFields(message: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const next = (): number | undefined => {
    let value = 0;
    for (let shift = 0; shift < 70 && at < message.length; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < message.length) {
    const key = next();
    if (key === undefined || key < 8 || key > 2 ** 32) return undefined;
    const type = key % 8;
    const begin = at;
    if (type === 0) {
      if (next() === undefined) return undefined;
    } else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else if (type === 2) {
      const length = next();
      if (length === undefined || at + length > message.length) return undefined;
      fields.push({ tag: Math.floor(key / 8), type, content: message.subarray(at, at + length) });
      at += length;
      continue;
    } else return undefined;
    if (at > message.length) return undefined;
    fields.push({ tag: Math.floor(key / 8), type, content: message.subarray(begin, at) });
  }
  return fields;
}

const writeFields = (fields: readonly Field[]): Buffer =>
  Buffer.concat(
    fields.flatMap(({ tag, type, content }) => [
      varint(tag * 8 + type),
      ...(type === 2 ? [varint(content.length)] : []),
      content,
    ]),
  );

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  do {
    bytes.push((left % 128) | (left > 127 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(bytes);
}
