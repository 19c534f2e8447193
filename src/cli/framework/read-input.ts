import { readFile } from "node:fs/promises";
import { buffer as readStream } from "node:stream/consumers";

/**
 * The text of a file, or of standard input for `-`. Its byte order mark says how it is encoded, and is no part of it: what PowerShell
 * redirects to a file is UTF-16. Without one it is UTF-8.
 */
export async function readInput(file: string): Promise<string> {
  const bytes = file === "-" ? await readStream(process.stdin) : await readFile(file);
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}
