import { mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { HOOK_OPTIONS } from "../../../src/config/hook-options.js";
import {
  DEFAULT_HOOK_TIMEOUT_MILLIS,
  DEFAULT_HOOK_URL,
  hookSettings,
} from "../../../src/hook/hook-settings.js";
import { PendingEvents } from "../../../src/hook/pending-events.js";

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "hooks-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return join(path, "hooks");
}

test("what is kept is claimed once, the oldest first, and is gone when it is delivered", async () => {
  const at = await folder();
  const pending = new PendingEvents(at);
  expect(pending.names()).toEqual([]);
  expect([1, 2, 3].map((n) => pending.keep({ n }, 1_000_000_000_000 + n))).toEqual([true, true, true]);
  const claimed = pending.claim(pending.names(), Date.now());
  expect(claimed?.events).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(new PendingEvents(at).claim(pending.names(), Date.now())).toBeUndefined();
  claimed?.release();
  const again = new PendingEvents(at).claim(pending.names(), Date.now());
  expect(again?.events).toHaveLength(3);
  again?.remove();
  expect(pending.names()).toEqual([]);
});

test("what somebody claimed who is gone is sent by another one", async () => {
  const at = await folder();
  const pending = new PendingEvents(at);
  pending.keep({ n: 1 }, 1);
  expect(pending.claim(pending.names(), Date.now())?.events).toEqual([{ n: 1 }]);
  expect(pending.claim(pending.names(), Date.now() + 120_000)?.events).toEqual([{ n: 1 }]);
});

test("who takes over a claim holds it from then on", async () => {
  const at = await folder();
  const pending = new PendingEvents(at);
  pending.keep({ n: 1 }, 1);
  pending.claim(pending.names(), Date.now());
  const [name = ""] = pending.names();
  const before = await stat(join(at, name));
  await delay(50);
  expect(pending.claim(pending.names(), Date.now() + 120_000)).toBeDefined();
  expect((await stat(join(at, name))).ctimeMs).toBeGreaterThan(before.ctimeMs);
});

test("what is kept without an attempt does not put off the next one", async () => {
  const pending = new PendingEvents(await folder());
  expect(pending.lastTriedMillis(pending.names())).toBeUndefined();
  pending.keep({ n: 1 }, 1_000_000_000_000);
  pending.keep({ n: 2 }, 1_000_000_004_000, false);
  expect(pending.lastTriedMillis(pending.names())).toBe(1_000_000_000_000);
  expect(pending.claim(pending.names(), Date.now())?.events).toEqual([{ n: 1 }, { n: 2 }]);
});

test("what is sent at once stays within its bound, unless a single event is larger", async () => {
  const pending = new PendingEvents(await folder());
  const sizes = [600_000, 600_000, 3_000_000, 1];
  for (const [n, size] of sizes.entries())
    pending.keep({ n, text: "\u00e9".repeat(size) }, 1_000_000_000_000 + n);
  const claimed = () => pending.claim(pending.names(), Date.now())?.events.map((event) => event.n);
  expect([claimed(), claimed(), claimed(), claimed(), claimed()]).toEqual([[0], [1], [2], [3], undefined]);
});

test("files are the user's own, and one that nobody can read is set aside", async () => {
  const at = await folder();
  const pending = new PendingEvents(at);
  pending.keep({ n: 1 }, 1);
  const [name = ""] = await readdir(at);
  expect((await stat(join(at, name))).mode & 0o777).toBe(0o600);
  expect((await stat(at)).mode & 0o777).toBe(0o700);
  await writeFile(join(at, name), "{torn");
  await utimes(join(at, name), 0, 0);
  expect(pending.claim(pending.names(), Date.now())).toBeUndefined();
  expect(await readdir(at)).toEqual([expect.stringMatching(/\.corrupt$/)]);
});

test("settings are those of the table of options: command line, environment, default", () => {
  expect(HOOK_OPTIONS.url.defaultText).toBe(DEFAULT_HOOK_URL);
  expect(HOOK_OPTIONS.timeoutMillis.defaultText).toBe(String(DEFAULT_HOOK_TIMEOUT_MILLIS));
  const env = { HOME: "/home/u" };
  expect(hookSettings([], env)).toMatchObject({
    url: new URL(DEFAULT_HOOK_URL),
    timeoutMillis: DEFAULT_HOOK_TIMEOUT_MILLIS,
    directory: "/home/u/.local/state/otel-agent-actions/hooks",
    captureContent: true,
  });
  const variables = {
    [HOOK_OPTIONS.url.env[0] ?? ""]: "http://10.0.0.1:1",
    [HOOK_OPTIONS.timeoutMillis.env[0] ?? ""]: "7",
    [HOOK_OPTIONS.directory.env[0] ?? ""]: "/d",
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "false",
  };
  expect(hookSettings([], variables)).toMatchObject({
    url: new URL("http://10.0.0.1:1"),
    timeoutMillis: 7,
    directory: "/d",
    captureContent: false,
  });
  expect(hookSettings(["--url", "http://h:2", "--timeout=9"], variables)).toMatchObject({
    url: new URL("http://h:2"),
    timeoutMillis: 9,
  });
  expect(() => hookSettings(["--url", "here"], {})).toThrow(/has to be the address of a service/);
});
