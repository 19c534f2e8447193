import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createGuard, type GuardedCommand } from "../../../src/devstack/guard.js";
import { pathExists } from "../../../src/devstack/stack-home.js";
import { pidGone, signalPid } from "../../../src/internal/processes.js";
import { temporaryFolder } from "./temporary-folder.js";

const FOREVER = "setInterval(() => {}, 1000)";
const DEAF = `process.on("SIGTERM", () => console.log("not now")); ${FOREVER}`;

async function guardInFolder() {
  const folder = join(await temporaryFolder(), "home");
  await mkdir(folder);
  const guard = createGuard(folder);
  onTestFinished(() => guard.close());
  return { guard, folder, logFile: join(folder, "log") };
}

function node(program: string, logFile: string, more: Partial<GuardedCommand> = {}): GuardedCommand {
  return {
    command: process.execPath,
    args: ["-e", `console.log("up"); ${program}`],
    env: { GREETING: "hello" },
    cwd: "/",
    logFile,
    endSignal: "SIGTERM",
    graceMillis: 60_000,
    ...more,
  };
}

async function logged(logFile: string, text: string): Promise<void> {
  await vi.waitFor(async () => expect(await readFile(logFile, "utf8")).toContain(text), 60_000);
}

test("a process gets its arguments and environment, and writes to its log", async () => {
  const { guard, logFile } = await guardInFolder();
  const started = await guard.spawn(
    node("console.error(process.env.GREETING); process.exitCode = 3", logFile),
  );
  expect(await started.exited).toEqual({ code: 3, signal: null });
  expect(await readFile(logFile, "utf8")).toBe("up\nhello\n");
});

test("a signal reaches the process, and its end is reported", async () => {
  const { guard, logFile } = await guardInFolder();
  const started = await guard.spawn(node(FOREVER, logFile));
  await logged(logFile, "up");
  started.signal("SIGTERM");
  expect(await started.exited).toEqual({ code: null, signal: "SIGTERM" });
  started.signal("SIGTERM");
});

test("a file that cannot be run rejects with the reason", async () => {
  const { guard, logFile } = await guardInFolder();
  const absent = node("", logFile, { command: "/absent/program" });
  await expect(guard.spawn(absent)).rejects.toThrow("ENOENT");
  const noLog = node("", join(logFile, "..", "absent", "log"));
  await expect(guard.spawn(noLog)).rejects.toThrow("ENOENT");
});

test("closing ends every process, the paused one too, and removes the folder", async () => {
  const { guard, folder, logFile } = await guardInFolder();
  const running = await guard.spawn(node(FOREVER, logFile));
  const paused = await guard.spawn(node(FOREVER, logFile));
  paused.signal("SIGSTOP");
  await guard.close();
  await Promise.all([pidGone(running.pid), pidGone(paused.pid)]);
  expect(await pathExists(folder)).toBe(false);
});

test("a process that does not listen to its end signal is killed after its grace", async () => {
  const { guard, folder, logFile } = await guardInFolder();
  const deaf = await guard.spawn(node(DEAF, logFile, { graceMillis: 100 }));
  await logged(logFile, "up");
  await guard.close();
  await pidGone(deaf.pid);
  expect(await pathExists(folder)).toBe(false);
});

test("signals go through the command that a process names for them, and its cleanup runs at the end", async () => {
  const { guard, folder, logFile } = await guardInFolder();
  const trace = join(folder, "..", "trace");
  const append = (text: string) => [
    process.execPath,
    "-e",
    `require("node:fs").appendFileSync(${JSON.stringify(trace)}, ${JSON.stringify(`${text} `)})`,
  ];
  const command = node(FOREVER, logFile, {
    endSignal: "SIGKILL",
    graceMillis: 300,
    signalCommand: append("{signal}"),
    cleanupCommand: append("cleanup"),
  });
  const started = await guard.spawn(command);
  await logged(logFile, "up");
  started.signal("SIGUSR2");
  await logged(trace, "SIGUSR2");
  // Nothing but the trace came of that, so the process has to be ended here.
  signalPid(started.pid, "SIGKILL");
  await started.exited;
  await guard.close();
  expect(await readFile(trace, "utf8")).toBe("SIGUSR2 cleanup ");
});

test("when the guard itself is killed, its processes are ended by the parent", async () => {
  const { guard, logFile } = await guardInFolder();
  const started = await guard.spawn(node(`console.log("ppid " + process.ppid); ${FOREVER}`, logFile));
  await logged(logFile, "ppid");
  const guardPid = Number(/ppid (\d+)/.exec(await readFile(logFile, "utf8"))?.[1]);
  signalPid(guardPid, "SIGKILL");
  expect(await started.exited).toEqual({ code: null, signal: "SIGKILL" });
  await pidGone(started.pid);
  await expect(guard.spawn(node(FOREVER, logFile))).rejects.toThrow(
    "guard process of the development stack is gone",
  );
});
