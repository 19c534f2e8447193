import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { StringDecoder } from "node:string_decoder";
import { createGunzip, createGzip } from "node:zlib";
import { type ArchiveForm, rowsAsJson } from "./archive-form.js";

/** Gzipped JSON lines, one row a line; the SHA-256 is of the lines without compression. */
export const JSON_LINES: ArchiveForm = {
  extension: ".jsonl.gz",
  async write(client, source, file) {
    const hash = createHash("sha256");
    let rows = 0;
    async function* lines(): AsyncGenerator<string> {
      for await (const row of rowsAsJson(client, source)) {
        const line = `${row}\n`;
        hash.update(line);
        rows += 1;
        yield line;
      }
    }
    await pipeline(
      Readable.from(lines()),
      createGzip({ level: 6 }),
      createWriteStream(file, { flush: true }),
    );
    return { rows, sha256: hash.digest("hex") };
  },
  async read(file) {
    const hash = createHash("sha256");
    let rows = 0;
    try {
      await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
        const decoder = new StringDecoder("utf8");
        let rest = "";
        for await (const chunk of chunks) {
          hash.update(chunk);
          const parts = (rest + decoder.write(chunk)).split("\n");
          rest = parts.pop() ?? "";
          for (const line of parts) JSON.parse(line);
          rows += parts.length;
        }
      });
    } catch {
      return undefined;
    }
    return { rows, sha256: hash.digest("hex") };
  },
};
