import zlib from "node:zlib";

type Decompress = (bytes: Buffer) => Uint8Array;

/** Node has Zstandard from 22.15 on, many times as fast as JavaScript; before that it is done by fzstd, loaded when it is needed. */
const { zstdDecompressSync: native } = zlib as { readonly zstdDecompressSync?: Decompress };

/** Decompresses Zstandard. Rejects when the bytes are something else. */
export async function decompressZstd(
  bytes: Buffer,
  inNode: Decompress | undefined = native,
): Promise<Buffer> {
  const decompress: Decompress = inNode ?? (await import("fzstd")).decompress;
  const { buffer, byteOffset, byteLength } = decompress(bytes);
  return Buffer.from(buffer, byteOffset, byteLength);
}
