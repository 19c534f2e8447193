import { inputOf, type RecordedAction } from "../../recorded/recorded-action.js";
import { shownMillis } from "../actions/shown-action.js";
import type { REPLAY_OPTIONS, ReplayOptions } from "../commands/replay.js";
import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/table.js";
import { formatCount, oneLine } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_OK, signalExitCode, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { labelOf, readRun } from "../recorded/read-run.js";
import { withRunSource } from "../recorded/run-source.js";
import { type Moment, playbackOf } from "./playback.js";
import { createPlayer } from "./player.js";

/** Plays a run back: at a terminal at its pace, elsewhere at once. */
export async function runPlay(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: ReplayOptions },
  { speed, idle }: Pick<typeof REPLAY_OPTIONS, "speed" | "idle">,
  context: CliContext,
): Promise<number> {
  const [run = "", ...more] = positionals;
  if (more.length > 0 || !options.play)
    throw new UsageError(
      "Say what is to be done: replay RUN --play, or replay RUN --tools FILE --only-safe.",
      "replay",
    );
  const own = (["junit", "json", "only-safe", "exact"] as const).find((name) => options[name]);
  if (own !== undefined) throw new UsageError(`--${own} goes with --tools.`, "replay");
  const { out } = context;
  const actions: RecordedAction[] = [];
  await withRunSource(options, context, async (client) => {
    for await (const action of readRun(run, client)) actions.push(action);
  });
  const playback = playbackOf(actions, options.idle ?? idle.default);
  const { wholeDuration, moments } = playback;
  const untimed = actions.length - new Set(moments.map(({ action }) => action)).size;
  out.result(out.style.bold(cutToWidth(oneLine(labelOf(run)), out.columns)));
  out.result(
    out.style.dim(`${formatCount(actions.length, "action")} in ${shownMillis(Math.round(wholeDuration))}`),
  );
  if (untimed > 0)
    out.progress(
      out.progressStyle.warn(`${formatCount(untimed, "action")} without a time cannot be played.`),
    );
  const interruption = context.catchInterrupts();
  const stop = AbortSignal.any([interruption.signal, out.readerGone]);
  const player = createPlayer(playback, options.speed ?? speed.default, stop);
  try {
    let agent = "";
    for await (const moment of player.moments()) {
      out.result(momentLine(moment, agent, out));
      agent = moment.action.agent;
    }
  } finally {
    player.close();
    interruption.stopListening();
  }
  return interruption.received === undefined ? EXIT_OK : signalExitCode(interruption.received);
}

const TIME_WIDTH = 9;
const DURATION_WIDTH = 8;
const MAX_DEPTH = 12;
/** So much of an input is enough to be cut to any line. */
const LONGEST = 300;

/** @param last agent of the line above, which is not said again */
function momentLine({ time, action, is, depth }: Moment, last: string, { style, columns }: Output): string {
  const { failed, type, name, duration, agent } = action;
  const hasEnded = is !== "begin";
  const paint = hasEnded && failed ? style.bad : type === "decision" ? style.warn : style.accent;
  const mark =
    is === "begin" ? "▶" : failed ? "✖" : type === "decision" ? "◆" : type === "success" ? "✔" : "●";
  const input = inputOf(action);
  const note =
    is === "end" && failed
      ? (action.errorMessage ?? "failed")
      : is === "end" || input === undefined || input === null
        ? ""
        : JSON.stringify(input).slice(0, LONGEST);
  const who = agent === last ? "" : `${agent}: `;
  const text = oneLine(`${who}${name}  ${note}`);
  const took = hasEnded && duration !== null ? shownMillis(duration) : "";
  const indent = "  ".repeat(Math.min(depth, MAX_DEPTH));
  const start = `${padStartToWidth(clock(time), TIME_WIDTH)}  ${indent}${paint(mark)} `;
  const room = columns - DURATION_WIDTH - 1;
  const line = padToWidth(`${start}${cutToWidth(text, room - textWidth(start))}`, room);
  return took === "" ? line.trimEnd() : `${line} ${style.dim(padStartToWidth(took, DURATION_WIDTH))}`;
}

/** `1:02.3` from the start of the run. */
function clock(millis: number): string {
  const tenths = Math.floor(millis / 100);
  const seconds = Math.floor(tenths / 10);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  const short = `${hours > 0 ? two(minutes % 60) : minutes}:${two(seconds % 60)}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${short}` : short;
}
