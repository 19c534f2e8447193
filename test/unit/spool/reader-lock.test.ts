import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ReaderLock } from "../../../src/spool/reader-lock.js";
import { SpoolFolder } from "../../../src/spool/spool-folder.js";

function folder(): SpoolFolder {
  const path = mkdtempSync(join(tmpdir(), "reader-lock-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return new SpoolFolder(join(path, "spool"));
}

test("one reader has a folder until it lets go of it", async () => {
  const spool = folder();
  const lock = await ReaderLock.take(spool);
  expect(lock).toBeInstanceOf(ReaderLock);
  expect(await ReaderLock.take(spool)).toBeUndefined();
  lock?.release();
  expect(readdirSync(spool.path)).toEqual([]);
  const next = await ReaderLock.take(spool);
  expect(next).toBeInstanceOf(ReaderLock);
  next?.release();
});

test("the lock of a reader on another machine holds for as long as it is touched, and is taken over then", async () => {
  const spool = folder();
  spool.make();
  const other = join(spool.path, "reader.00000000-4711-88123.lock");
  writeFileSync(other, "");
  expect(await ReaderLock.take(spool)).toBeUndefined();
  const longAgo = new Date(Date.now() - 600_000);
  utimesSync(other, longAgo, longAgo);
  const lock = await ReaderLock.take(spool);
  expect(lock).toBeInstanceOf(ReaderLock);
  expect(readdirSync(spool.path)).not.toContain("reader.00000000-4711-88123.lock");
  lock?.release();
});
