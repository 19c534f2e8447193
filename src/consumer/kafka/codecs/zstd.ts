import zlib from "node:zlib";

/** Decompresses Zstandard where Node has it: from 22.15 on. Throws with that reason where it has not. */
export function decompressZstd(bytes: Buffer): Buffer {
  const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: (bytes: Buffer) => Buffer };
  if (zstdDecompressSync === undefined)
    throw new Error(
      "a batch is compressed with Zstandard, which Node has from 22.15 on: run the consumer with that",
    );
  return zstdDecompressSync(bytes);
}
