import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { byAge, formatSegmentName, parseSegmentName } from "../../../src/spool/segment-name.js";
import { isOwnerAlive, ownSegmentOwner } from "../../../src/spool/segment-owner.js";

const own = ownSegmentOwner();

test("a process that runs is alive, one that has ended is not, and neither is one of the same id that started at another time", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  const { pid = 0 } = child;
  expect(isOwnerAlive(own, 0)).toBe(true);
  expect(isOwnerAlive({ ...own, start: "1" }, Date.now())).toBe(false);
  if (process.platform === "linux") expect(isOwnerAlive({ ...own, pid, start: "1" }, Date.now())).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isOwnerAlive({ ...own, pid }, Date.now())).toBe(false);
});

test("an owner elsewhere is alive for as long as it says so", () => {
  const elsewhere = { ...own, machine: "00000000" };
  expect(isOwnerAlive(elsewhere, Date.now() - 1_000)).toBe(true);
  expect(isOwnerAlive(elsewhere, Date.now() - 600_000)).toBe(false);
});

test("a name is read as it was written, and other files are no segments", () => {
  const name = { createdAt: 1_764_400_000_000, epoch: "Ab-d_E", number: 12, owner: own };
  expect(parseSegmentName(formatSegmentName(name))).toEqual(name);
  const free = { ...name, owner: undefined };
  expect(formatSegmentName(free)).toBe("1764400000000.Ab-d_E.000012.free.spool");
  expect(parseSegmentName(formatSegmentName(free))).toEqual(free);
  for (const other of ["x.spool", "1764400000000.Ab-d_E.000012.corrupt", "1764400000000.a.b.free.spool", ""])
    expect(parseSegmentName(other)).toBeUndefined();
  expect(
    [{ ...free, number: 13 }, { ...free, createdAt: 1 }, free].sort(byAge).map(({ number }) => number),
  ).toEqual([12, 12, 13]);
});
