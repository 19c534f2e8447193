import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  folderOfFile,
  LargeResultError,
  openLargeResult,
  pathOfFile,
  removeLargeResult,
} from "../../../src/large-results/large-result-file.js";
import { removeUnusedFiles } from "../../../src/large-results/unused-files.js";
import { LargeResultWriter } from "../../../src/large-results/write-large-result.js";
import type { TestLifetime } from "../../helpers/stack.js";

function temporary(t: TestLifetime): string {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-large-"));
  t.onTestFinished(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function written(folder: string, json: string, maxBytes = 10_000_000) {
  const result = new LargeResultWriter(folder, maxBytes).write(json);
  if (result === "full") throw new Error("The folder has no room.");
  return result;
}

async function textOf(...given: Parameters<typeof openLargeResult>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await openLargeResult(...given)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const JSON_TEXT = JSON.stringify({ text: "größer als ein Record 🎉 ".repeat(20_000) });

test("what is written is found by its SHA-256, compressed, and for its owner alone", async (t) => {
  const folder = join(temporary(t), "not", "there yet");
  const result = written(folder, JSON_TEXT);
  expect(result.sha256).toBe(createHash("sha256").update(JSON_TEXT).digest("hex"));
  expect(result.bytes).toBe(Buffer.byteLength(JSON_TEXT));
  const path = pathOfFile(folder, result.sha256);
  expect(statSync(path).size).toBe(result.storedBytes);
  expect(result.storedBytes).toBeLessThan(result.bytes / 10);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(folderOfFile(folder, result.sha256)).mode & 0o777).toBe(0o700);
  expect(await textOf(folder, result)).toBe(JSON_TEXT);
});

test("the same twice is one file, which counts as asked for just now", (t) => {
  const folder = temporary(t);
  const first = written(folder, JSON_TEXT);
  const path = pathOfFile(folder, first.sha256);
  utimesSync(path, 0, 0);
  expect(written(folder, JSON_TEXT)).toEqual(first);
  expect(readdirSync(folderOfFile(folder, first.sha256))).toHaveLength(1);
  expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(60_000);
});

test("a folder at its bound takes no more, whoever filled it, and gives back what it has", async (t) => {
  const folder = temporary(t);
  const first = written(folder, JSON_TEXT);
  const writer = new LargeResultWriter(folder, first.storedBytes + 10);
  expect(writer.write(`${JSON_TEXT} `)).toBe("full");
  expect(writer.write(JSON_TEXT)).toEqual(first);
  expect(await textOf(folder, first)).toBe(JSON_TEXT);
});

test("a disk that does not take it leaves nothing behind, and throws what the system says", (t) => {
  const folder = temporary(t);
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => new LargeResultWriter(file, 1_000_000).write(JSON_TEXT)).toThrow(/ENOTDIR|EEXIST/);
});

const CHANGES: readonly (readonly [string, (bytes: Buffer) => Buffer, string])[] = [
  ["another text", () => gzipSync(JSON_TEXT.replace("größer", "kleiner")), "changed"],
  ["a longer text", () => gzipSync(`${JSON_TEXT}${" ".repeat(10_000_000)}`), "changed"],
  ["a shorter text", () => gzipSync(JSON_TEXT.slice(0, -1)), "changed"],
  ["the first half", (bytes) => bytes.subarray(0, bytes.length / 2), "changed"],
  [
    "a flipped bit",
    (bytes) => Buffer.from(bytes.map((byte, at) => (at === 100 ? byte ^ 1 : byte))),
    "changed",
  ],
  ["nothing", () => Buffer.alloc(0), "changed"],
  ["no gzip", () => Buffer.from(JSON_TEXT), "changed"],
];

test.each(CHANGES)("a file with %s is refused by its name", async (_, change, reason) => {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-large-"));
  try {
    const result = written(folder, JSON_TEXT);
    const path = pathOfFile(folder, result.sha256);
    writeFileSync(path, change(readFileSync(path)));
    const refused = await openLargeResult(folder, result).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LargeResultError);
    expect(refused).toMatchObject({ reason });
    expect((refused as Error).message).toContain(result.sha256);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a file that is changed between the check and the reading ends with an error, not with other bytes", async (t) => {
  const folder = temporary(t);
  const result = written(folder, JSON_TEXT);
  const stream = await openLargeResult(folder, result);
  writeFileSync(pathOfFile(folder, result.sha256), gzipSync(JSON_TEXT.replaceAll("Record", "Buffer")));
  await expect(
    (async () => {
      for await (const _ of stream);
    })(),
  ).rejects.toMatchObject({ reason: "changed" });
});

test("a file that is gone is missing, and may be removed again", async (t) => {
  const folder = temporary(t);
  const result = written(folder, JSON_TEXT);
  await removeLargeResult(folder, result.sha256);
  await removeLargeResult(folder, result.sha256);
  await expect(openLargeResult(folder, result)).rejects.toMatchObject({ reason: "missing" });
});

test("files that nobody uses go after eight days, unfinished ones after one, others never", async (t) => {
  const folder = temporary(t);
  const DAY = 86_400_000;
  const results = ["used", "unused", "new"].map((text) => written(folder, JSON.stringify(text)));
  const [used, unused, fresh] = results.map(({ sha256 }) => sha256);
  const age = (path: string, days: number) => {
    const then = new Date(Date.now() - days * DAY);
    utimesSync(path, then, then);
  };
  for (const sha256 of [used, unused]) age(pathOfFile(folder, sha256 ?? ""), 9);
  age(pathOfFile(folder, fresh ?? ""), 7);
  mkdirSync(join(folder, "aa"), { recursive: true });
  for (const [name, days] of [
    [".1-0-1.part", 2],
    [".2-0-1.part", 0.5],
    ["notes.txt", 100],
  ] as const) {
    writeFileSync(join(folder, "aa", name), "");
    age(join(folder, "aa", name), days);
  }
  writeFileSync(join(folder, "ab.txt"), "");
  const asked: string[] = [];
  const removed = await removeUnusedFiles(folder, {
    used: async (sha256s) => {
      asked.push(...sha256s);
      return new Set(sha256s.filter((sha256) => sha256 === used));
    },
    signal: new AbortController().signal,
  });
  expect(removed).toBe(2);
  expect(asked.sort()).toEqual([used, unused].sort());
  const there = (sha256: string | undefined) =>
    statSync(pathOfFile(folder, sha256 ?? ""), { throwIfNoEntry: false }) !== undefined;
  expect([used, unused, fresh].map(there)).toEqual([true, false, true]);
  expect(
    readdirSync(join(folder, "aa"))
      .filter((name) => !/json/.test(name))
      .sort(),
  ).toEqual([".2-0-1.part", "notes.txt"]);
});
