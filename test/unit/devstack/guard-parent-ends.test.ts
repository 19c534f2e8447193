import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test, vi } from "vitest";
import { pathExists } from "../../../src/devstack/stack-home.js";
import { pidGone } from "../../../src/internal/processes.js";
import { temporaryFolder } from "./temporary-folder.js";

const GUARD = new URL("../../../src/devstack/guard.ts", import.meta.url).href;

/** Starts two processes, of which one ignores SIGTERM, says their ids, and then does what the case says. */
const PARENT = `
  import { createGuard } from ${JSON.stringify(GUARD)};
  const [folder, ending] = process.argv.slice(1);
  const guard = createGuard(folder);
  const command = (program, graceMillis) => ({
    command: process.execPath, args: ["-e", program], env: {}, cwd: "/", logFile: folder + "/log",
    endSignal: "SIGTERM", graceMillis,
  });
  if (ending === "midway") {
    guard.spawn(command("setInterval(() => {}, 1000)", 60_000));
    process.exit(0);
  }
  const obedient = await guard.spawn(command("setInterval(() => {}, 1000)", 60_000));
  const deaf = await guard.spawn(command("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)", 200));
  const release = guard.hold();
  if (ending === "handled") process.on("SIGINT", () => {
    const alive = [obedient, deaf].every(({ pid }) => process.kill(pid, 0));
    console.log(alive ? "servers are still there" : "servers are gone");
    guard.close();
  });
  console.log([obedient.pid, deaf.pid].join(" "));
  if (ending === "throw") setTimeout(() => { throw new Error("crash"); });
  if (ending === "exit") process.exit(0);
  if (ending === "return") release();
`;

function startParent(folder: string, ending: string, options: { readonly detached?: boolean } = {}) {
  const args = ["--import", "tsx", "--input-type=module", "-e", PARENT, folder, ending];
  const parent = spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void parent.kill("SIGKILL"));
  return parent;
}

async function homeFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), "home");
  await mkdir(folder);
  return folder;
}

async function folderGone(folder: string): Promise<void> {
  await vi.waitFor(async () => expect(await pathExists(folder)).toBe(false), 60_000);
}

test.each([
  { ending: "SIGKILL", ends: (parent: ChildProcess) => parent.kill("SIGKILL") },
  { ending: "SIGTERM", ends: (parent: ChildProcess) => parent.kill("SIGTERM") },
  { ending: "SIGINT", ends: (parent: ChildProcess) => parent.kill("SIGINT") },
  { ending: "throw", ends: () => true },
  { ending: "exit", ends: () => true },
  { ending: "return", ends: () => true },
])("nothing is left when the parent ends by $ending", async ({ ending, ends }) => {
  const folder = await homeFolder();
  const parent = startParent(folder, ending);
  const [line] = await once(createInterface(parent.stdout), "line");
  const pids = String(line).split(" ").map(Number);
  expect(pids).toHaveLength(2);
  ends(parent);
  await once(parent, "exit");
  await Promise.all(pids.map(pidGone));
  await folderGone(folder);
});

test("nothing is left when the parent ends while a process is being started", async () => {
  const folder = await homeFolder();
  // The guard removes the folder as the last thing it does, when it has ended what it started.
  const parent = startParent(folder, "midway");
  await once(parent, "exit");
  await folderGone(folder);
});

test("Ctrl-C reaches the parent alone, which can then end things in its own order", async () => {
  const folder = await homeFolder();
  // A group of its own is what a shell gives to a command, and the whole group gets the signal.
  const parent = startParent(folder, "handled", { detached: true });
  const lines = createInterface(parent.stdout);
  await once(lines, "line");
  const answer = once(lines, "line");
  process.kill(-(parent.pid ?? Number.NaN), "SIGINT");
  expect(await answer).toEqual(["servers are still there"]);
  await folderGone(folder);
});
