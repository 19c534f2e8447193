import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { playbackOf } from "../../../src/cli/replay/playback.js";
import { createPlayer } from "../../../src/cli/replay/player.js";
import { actionsOf } from "../replay/recorded.js";

const actions = actionsOf([
  { tool: "outer", start: 0, duration: 3_600_000, row: { id: "outer" } },
  { tool: "quick", start: 1_000, duration: 5, row: { parent_action_id: "outer" } },
  { tool: "slow", start: 3_500_000, duration: 5_000, row: { parent_action_id: "outer" } },
]);
const shown = (given = actions, maxIdle = 2_000) =>
  playbackOf(given, maxIdle).moments.map(
    ({ action, is, depth, played }) => `${played} ${" ".repeat(depth)}${is} ${action.name}`,
  );

test("the moments of a run are in order, idle time is shortened, and short actions are one moment", () => {
  expect(shown()).toEqual([
    "0 begin outer",
    "1000  instant quick",
    "3000  begin slow",
    "5000  end slow",
    "7000 end outer",
  ]);
});

test("what has no end only begins, and a circle of parents is no end of it", () => {
  const circle = actionsOf([
    { tool: "a", row: { id: "a", parent_action_id: "b", duration_ms: null } },
    { tool: "b", row: { id: "b", parent_action_id: "a" } },
  ]);
  expect(playbackOf(circle, 1_000).moments.map(({ is }) => is)).toEqual(["begin", "begin", "end"]);
});

/** A terminal with somebody at it, who presses keys. */
function terminal() {
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    raw: false,
    setRawMode(raw: boolean) {
      this.raw = raw;
      return this;
    },
    resume: () => undefined,
    pause: () => undefined,
  });
  const press = (name: string, sequence = name) => stdin.emit("keypress", sequence, { name, sequence });
  return { terminal: { stdin, stdout: { isTTY: true } } as never, stdin, press };
}

async function collect(
  moments: AsyncGenerator<{ readonly action: { readonly name: string } }>,
  seen: string[],
) {
  for await (const { action } of moments) seen.push(action.name);
}

test("without a terminal all is shown at once", async () => {
  const seen: string[] = [];
  const none = { stdin: { isTTY: false }, stdout: { isTTY: true } } as never;
  const player = createPlayer(playbackOf(actions, 1e9), 1, new AbortController().signal, none);
  await collect(player.moments(), seen);
  player.close();
  expect(seen).toEqual(["outer", "quick", "slow", "slow", "outer"]);
});

test("keys pause, go to the next moment, and to the end; the terminal is given back", async () => {
  const { terminal: own, stdin, press } = terminal();
  const player = createPlayer(playbackOf(actions, 1e9), 1, new AbortController().signal, own);
  expect(stdin.raw).toBe(true);
  const seen: string[] = [];
  press("space");
  const done = collect(player.moments(), seen);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await settled();
  // Paused: without a key nothing comes any more, an hour of the run or not.
  expect(seen).toEqual(["outer"]);
  press("n");
  await settled();
  expect(seen).toEqual(["outer", "quick"]);
  press("right");
  await settled();
  expect(seen).toEqual(["outer", "quick", "slow"]);
  press("e");
  await done;
  expect(seen).toHaveLength(5);
  player.close();
  expect(stdin.raw).toBe(false);
  expect(stdin.listenerCount("keypress")).toBe(0);
});

test("q and a signal end it", async () => {
  for (const end of ["q", "signal"]) {
    const { terminal: own, press } = terminal();
    const controller = new AbortController();
    const player = createPlayer(playbackOf(actions, 1e9), 1, controller.signal, own);
    press("space");
    const seen: string[] = [];
    const done = collect(player.moments(), seen);
    await new Promise((resolve) => setImmediate(resolve));
    if (end === "q") press("q");
    else controller.abort();
    await done;
    expect(seen).toEqual(["outer"]);
    player.close();
  }
});

test("the speed changes by steps, and what is due at a speed comes", async () => {
  const { terminal: own, press } = terminal();
  const quick = actionsOf([{ tool: "a" }, { tool: "b", start: 200 }]);
  const player = createPlayer(playbackOf(quick, 1e9), 0.5, new AbortController().signal, own);
  for (let step = 0; step < 6; step++) press("", "+");
  press("", "-");
  const seen: string[] = [];
  await collect(player.moments(), seen);
  player.close();
  expect(seen).toEqual(["a", "b"]);
});
