import { existsSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSegment } from "../../../src/spool/open-segment.js";
import type { SpoolEntry } from "../../../src/spool/own-segment.js";
import { ownSegmentOwner } from "../../../src/spool/segment-owner.js";
import { SpoolFolder } from "../../../src/spool/spool-folder.js";
import { encodeRecord } from "../../../src/spool/spool-record.js";
import { TopicSpool } from "../../../src/spool/topic-spool.js";
import { leftInSpool } from "./left-in-spool.js";
import { nameIn, spoolRecord, temporaryFolder } from "./records.js";

const LIMITS = { maxRecords: 5, maxBytes: 2_000 };

function topicSpool(path: string, { segmentBytes = 3_000, epoch = "Ab3dE_fgh-12" } = {}) {
  const problems: unknown[] = [];
  let number = 0;
  const spool = new TopicSpool({
    folder: new SpoolFolder(path),
    topic: "agent-actions",
    nextName: (before) => ({
      createdAt: before === undefined ? Date.now() : before.createdAt - 1,
      epoch,
      number: ++number,
      owner: ownSegmentOwner(),
    }),
    segmentBytes,
    onProblem: (error) => problems.push(error),
  });
  return { spool, problems };
}

const bytesOf = (name: string, size = 0) => encodeRecord(spoolRecord(name, size));

const leftIn = async (path: string): Promise<string[]> => (await leftInSpool(path)).map(nameIn);

type Step = {
  readonly do: "append" | "append handed" | "append later" | "read" | "done";
  readonly n: number;
};

const steps = fc.array(
  fc.record({
    do: fc.constantFrom(
      "append" as const,
      "append handed" as const,
      "append later" as const,
      "read" as const,
      "done" as const,
    ),
    n: fc.nat(400),
  }),
  { maxLength: 60 },
);

test("whatever is appended, read and done with, each record is read once, in order, and what is not done with is left", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all: readonly Step[]) => {
      const path = temporaryFolder();
      const { spool, problems } = topicSpool(path);
      const handed: { name: string; entry: SpoolEntry }[] = [];
      let unread: string[] = [];
      let last = 0;
      for (const step of all) {
        const name = `r${last}`;
        if (step.do === "append" || (step.do === "append handed" && unread.length > 0)) {
          spool.append(bytesOf(name, step.n), false);
          unread.push(name);
          last++;
        } else if (step.do === "append handed") {
          handed.push({ name, entry: spool.append(bytesOf(name, step.n), true) });
          last++;
        } else if (step.do === "append later") {
          await spool.appendLater([bytesOf(name, step.n), bytesOf(`r${last + 1}`)]);
          unread.push(name, `r${last + 1}`);
          last += 2;
        } else if (step.do === "read") {
          const { records, lost } = await spool.read(LIMITS);
          expect(lost).toBe(0);
          expect(records.map(({ record }) => nameIn(record))).toEqual(unread.slice(0, records.length));
          expect(records.length > 0).toBe(unread.length > 0);
          unread = unread.slice(records.length);
          handed.push(...records.map(({ entry, record }) => ({ name: nameIn(record), entry })));
        } else {
          const [gone] = handed.splice(step.n % Math.max(1, handed.length), 1);
          if (gone) spool.done(gone.entry);
        }
        expect(spool.unread).toBe(unread.length);
      }
      spool.release();
      const names = [...handed.map(({ name }) => name), ...unread];
      expect((await leftIn(path)).sort()).toEqual(names.sort());
      expect(problems).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("files are for their owner only, and are gone when all of their records are done with", async () => {
  const path = join(temporaryFolder(), "made", "here");
  const { spool } = topicSpool(path);
  const entries = Array.from({ length: 40 }, (_, index) => spool.append(bytesOf(`${index}`, 500), true));
  expect(statSync(path).mode & 0o777).toBe(0o700);
  const files = readdirSync(path);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect(statSync(join(path, file)).mode & 0o777).toBe(0o600);
  for (const entry of entries) spool.done(entry);
  spool.release();
  expect(readdirSync(path)).toEqual([]);
});

test("what is being written in the background is there, once, when the process ends meanwhile", async () => {
  const path = temporaryFolder();
  const { spool } = topicSpool(path);
  const writing = spool.appendLater([bytesOf("a"), bytesOf("b")]);
  spool.finishNow();
  spool.append(bytesOf("c"), false);
  spool.release();
  await writing;
  expect(await leftIn(path)).toEqual(["a", "b", "c"]);
});

test("what is put before the others at the end is read before them", async () => {
  const path = temporaryFolder();
  const { spool } = topicSpool(path);
  spool.append(bytesOf("b"), false);
  spool.prepend(bytesOf("a1"));
  spool.prepend(bytesOf("a2"));
  spool.append(bytesOf("c"), false);
  spool.release();
  expect(await leftIn(path)).toEqual(["a1", "a2", "b", "c"]);
});

test("records of a file that was removed or cut short are counted as lost, and the others are read", async () => {
  const path = temporaryFolder();
  const { spool, problems } = topicSpool(path, { segmentBytes: 1_500 });
  for (let index = 0; index < 9; index++) spool.append(bytesOf(`${index}`, 300), false);
  const [first = "", second = ""] = spool.segments.map((segment) => segment.path);
  rmSync(first);
  truncateSync(second, 500);
  const read: string[] = [];
  let lost = 0;
  while (spool.unread > 0) {
    const result = await spool.read(LIMITS);
    read.push(...result.records.map(({ record }) => nameIn(record)));
    lost += result.lost;
  }
  expect(lost + read.length).toBe(9);
  expect(lost).toBeGreaterThanOrEqual(3);
  expect(read.at(-1)).toBe("8");
  expect(problems.length).toBeGreaterThan(0);
});

test("what nobody has read is given up with its file once its newest record is too old", async () => {
  const path = temporaryFolder();
  const { spool } = topicSpool(path, { segmentBytes: 1_500 });
  for (let index = 0; index < 9; index++) spool.append(bytesOf(`${index}`, 300), false);
  const { records } = await spool.read({ maxRecords: 1, maxBytes: 10_000 });
  expect(spool.expire(Date.now() - 1_000)).toBe(0);
  expect(spool.expire(Date.now() + 1_000)).toBe(8);
  expect(spool.unread).toBe(0);
  spool.append(bytesOf("new"), false);
  spool.release();
  // The one that is in memory is still to be sent, so its file stays, with one that the next process finds too old, too.
  expect(records).toHaveLength(1);
  expect(await leftIn(path)).toEqual(["0", "1", "new"]);
  expect(readdirSync(path)).toHaveLength(2);
});

test("a position that was saved is where the next process goes on", async () => {
  const path = temporaryFolder();
  const { spool } = topicSpool(path, { segmentBytes: 100_000 });
  const entries = ["a", "b", "c", "d"].map((name) => spool.append(bytesOf(name), true));
  spool.done(entries[0]!);
  spool.done(entries[1]!);
  for (const segment of spool.segments) await segment.savePosition();
  const { file, position } = await openSegment(spool.segments[0]!.path);
  expect(position).toBe(entries[2]!.offset);
  await file.close();
  // Done with, but behind one that is not.
  spool.done(entries[3]!);
  spool.release();
  expect(await leftIn(path)).toEqual(["c"]);
});

test("of many that claim at once, each segment is one's, and one of a running process is nobody's", async () => {
  const path = temporaryFolder();
  for (let index = 0; index < 5; index++) {
    const { spool } = topicSpool(path, { epoch: `epoch${index}` });
    spool.append(bytesOf(`${index}`), false);
    spool.release();
  }
  const { spool: running } = topicSpool(path, { epoch: "running" });
  running.append(bytesOf("mine"), false);
  const claims = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const folder = new SpoolFolder(path);
      const claimed = [];
      for (const entry of await folder.list()) claimed.push(await folder.claim(entry));
      return claimed.filter((entry) => entry !== undefined).map(({ epoch }) => epoch);
    }),
  );
  expect(claims.flat().sort()).toEqual([0, 1, 2, 3, 4].map((index) => `epoch${index}`));
  expect(existsSync(running.segments[0]!.path)).toBe(true);
});
