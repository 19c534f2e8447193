import { performance } from "node:perf_hooks";
import { emitKeypressEvents } from "node:readline";
import type { ReadStream } from "node:tty";
import type { Moment, Playback } from "./playback.js";

export interface Player {
  /** Each moment when its time has come; at once where nobody looks. */
  moments(): AsyncGenerator<Moment>;
  /** Gives the keys back. */
  close(): void;
}

/** Steps of the speed that `+` and `-` go through. */
const SPEEDS = [0.5, 1, 2, 5, 10, 20];

interface Terminal {
  readonly stdin: Pick<ReadStream, "isTTY" | "setRawMode" | "on" | "off" | "resume" | "pause">;
  readonly stdout: { readonly isTTY?: boolean };
}

/** Plays moments at their pace and obeys keys, at a terminal. */
export function createPlayer(
  { moments }: Playback,
  speed: number,
  stop: AbortSignal,
  terminal: Terminal = process,
): Player {
  const isWatched = terminal.stdin.isTTY === true && terminal.stdout.isTTY === true;
  const clock = new PlaybackClock(speed);
  let wake: () => void = () => undefined;
  let mode: "play" | "to-end" | "quit" = "play";
  let skips = 0;

  const onKey = (_: string | undefined, key: { name?: string; ctrl?: boolean; sequence?: string }) => {
    if (key.name === "q" || (key.ctrl === true && key.name === "c")) mode = "quit";
    else if (key.name === "space") clock.toggle();
    else if (key.name === "n" || key.name === "right") skips++;
    else if (key.name === "e") mode = "to-end";
    else if (key.sequence === "+") clock.change(SPEEDS.find((one) => one > clock.speed) ?? clock.speed);
    else if (key.sequence === "-") clock.change(SPEEDS.findLast((one) => one < clock.speed) ?? clock.speed);
    wake();
  };
  const onStop = () => wake();
  if (isWatched) {
    emitKeypressEvents(terminal.stdin as ReadStream);
    terminal.stdin.setRawMode(true);
    terminal.stdin.on("keypress", onKey);
    terminal.stdin.resume();
    stop.addEventListener("abort", onStop);
  }

  const wait = (millis: number) =>
    new Promise<void>((resolve) => {
      const timer = Number.isFinite(millis) ? setTimeout(resolve, millis) : undefined;
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    async *moments() {
      for (const moment of moments) {
        while (isWatched && mode === "play" && !stop.aborted && clock.now < moment.played) {
          if (skips > 0) {
            skips--;
            clock.goTo(moment.played);
          } else await wait(clock.untilPlayed(moment.played));
        }
        if (mode === "quit" || stop.aborted) return;
        yield moment;
      }
    },
    close() {
      if (!isWatched) return;
      terminal.stdin.off("keypress", onKey);
      terminal.stdin.setRawMode(false);
      terminal.stdin.pause();
      stop.removeEventListener("abort", onStop);
    },
  };
}

/** Where the playing is, in milliseconds of played time. */
class PlaybackClock {
  speed: number;
  #played = 0;
  /** Since when the clock runs; `undefined` while it is paused. */
  #since: number | undefined = performance.now();

  constructor(speed: number) {
    this.speed = speed;
  }

  get now(): number {
    return this.#since === undefined
      ? this.#played
      : this.#played + (performance.now() - this.#since) * this.speed;
  }

  /** Real milliseconds until a moment; `Infinity` while the clock is paused. */
  untilPlayed(played: number): number {
    return this.#since === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max((played - this.now) / this.speed, 0);
  }

  toggle(): void {
    this.goTo(this.now);
    this.#since = this.#since === undefined ? performance.now() : undefined;
  }

  change(speed: number): void {
    this.goTo(this.now);
    this.speed = speed;
  }

  goTo(played: number): void {
    this.#played = played;
    if (this.#since !== undefined) this.#since = performance.now();
  }
}
