import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { flushHooks } from "../../../src/hook/flush-hooks.js";
import { PendingEvents } from "../../../src/hook/pending-events.js";
import { runHook } from "../../../src/hook/run-hook.js";

/** A service that takes one event at a time, and none that is called bad. */
async function setUp() {
  const taken: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const events = body.split("\n").map((line) => JSON.parse(line) as { readonly action_name: string });
    const names = events.map((event) => event.action_name);
    const isGood = names.length === 1 && names[0] !== "bad";
    if (isGood) taken.push(names[0]);
    response.writeHead(isGood ? 200 : 413).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const directory = await mkdtemp(join(tmpdir(), "hooks-"));
  onTestFinished(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const pending = new PendingEvents(directory);
  for (const [index, name] of ["one", "bad", "two"].entries())
    pending.keep({ action_name: name }, 1_000_000_000_000 + index);
  const settings = { url, directory, token: undefined, timeoutMillis: 10_000, captureContent: true };
  return { taken, pending, settings };
}

test("a flush sends one by one what is refused together, and says what is refused alone", async () => {
  const { taken, settings } = await setUp();
  expect(await flushHooks(settings)).toEqual({ sent: 2, refused: 1, waiting: 0 });
  expect(taken).toEqual(["one", "two"]);
});

test("a hook sends one of what is refused together, and leaves the others", async () => {
  const { taken, pending, settings } = await setUp();
  const payload = { hook_event_name: "PreToolUse", tool_name: "Bash", tool_use_id: "toolu_1" };
  await runHook("claude-code", settings, () => Promise.resolve(JSON.stringify(payload)));
  expect(taken).toEqual(["Bash", "one"]);
  expect(pending.claim(pending.names(), Date.now())?.events).toEqual([
    { action_name: "bad" },
    { action_name: "two" },
  ]);
});

test.each(['{"token":"s3cret', '["s3cret"]', "null", ""])(
  "input that is no event is named, and not shown: %s",
  async (input) => {
    const { taken, settings } = await setUp();
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => said.mockRestore());
    await runHook("claude-code", settings, () => Promise.resolve(input));
    expect(taken).toEqual([]);
    const lines = said.mock.calls.map(([line]) => String(line)).join("");
    expect(lines).toContain("no JSON object");
    expect(lines).not.toContain("s3cret");
  },
);
