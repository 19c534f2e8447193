import kafkajs, { CompressionTypes } from "kafkajs";
import { decompressLz4 } from "./lz4.js";
import { decompressSnappy } from "./snappy.js";
import { decompressZstd } from "./zstd.js";

// Not among the names that Node finds in this CommonJS module by reading it.
const { CompressionCodecs } = kafkajs;

const DECOMPRESS = {
  [CompressionTypes.Snappy]: decompressSnappy,
  [CompressionTypes.LZ4]: decompressLz4,
  [CompressionTypes.ZSTD]: decompressZstd,
} as const;

/**
 * Teaches kafkajs to read what it only knows by name. A topic with `compression.type=lz4`, or a producer that compresses, would
 * stop the consumer for good otherwise. Codecs that the host has installed stay.
 */
export function installCodecs(): void {
  for (const type of [CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD] as const) {
    if (isKnown(type)) continue;
    const decompress = DECOMPRESS[type];
    CompressionCodecs[type] = () => ({
      compress: () => Promise.reject(new Error("the consumer compresses nothing")),
      decompress: async (bytes: Buffer): Promise<Buffer> => decompress(bytes),
    });
  }
}

// kafkajs's own stand-ins throw when they are asked for.
function isKnown(type: keyof typeof CompressionCodecs): boolean {
  try {
    CompressionCodecs[type]();
    return true;
  } catch {
    return false;
  }
}
