import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DemoAgent } from "./demo-agent.js";
import type { ListedFile } from "./list-files.js";

const CODE = new Set(
  "c cc cpp cs css go h hpp html java js jsx kt lua mjs cjs php pl py rb rs scala sh sql swift ts tsx vue zig".split(
    " ",
  ),
);

/** Longer ones are rarely written by hand. */
const MAX_CODE_BYTES = 256 * 1_024;

export function isCode({ extension, bytes }: ListedFile): boolean {
  return CODE.has(extension) && bytes > 0 && bytes <= MAX_CODE_BYTES;
}

export interface ReadText {
  readonly text: string;
  readonly bytes: number;
  readonly lines: number;
}

/** Reads a text file. Rejects as `readFile` does when there is none. */
export async function readText(path: string): Promise<ReadText> {
  const content = await readFile(path);
  const text = content.toString("utf8");
  return { text, bytes: content.length, lines: countLines(text) };
}

export interface Mark {
  readonly path: string;
  readonly line: number;
}

/** Every line of the files that the pattern matches. */
export async function searchFiles(
  folder: string,
  files: readonly ListedFile[],
  pattern: RegExp,
): Promise<Mark[]> {
  const marks: Mark[] = [];
  for (const { path } of files) {
    const { text } = await readText(join(folder, path));
    text.split("\n").forEach((line, index) => {
      if (pattern.test(line)) marks.push({ path, line: index + 1 });
    });
  }
  return marks;
}

/** Lines of code by extension, most first. */
export async function countCode(
  folder: string,
  files: readonly ListedFile[],
): Promise<Readonly<Record<string, number>>> {
  const lines = new Map<string, number>();
  for (const { path, extension } of files) {
    const read = await readText(join(folder, path));
    lines.set(extension, (lines.get(extension) ?? 0) + read.lines);
  }
  return Object.fromEntries([...lines].sort(([, one], [, other]) => other - one));
}

function countLines(text: string): number {
  if (text === "") return 0;
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** Reads a file as a tool call. How much it was is recorded, not what stands in it. */
export function readRecorded(agent: DemoAgent, path: string): Promise<ReadText> {
  return agent.use(
    "Read",
    { file_path: path },
    () => readText(path),
    ({ bytes, lines }) => ({ bytes_read: bytes, lines }),
  );
}
