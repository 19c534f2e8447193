import { actionMark } from "../actions/action-mark.js";
import { describeAction } from "../actions/describe-action.js";
import type { ShownAction } from "../actions/shown-action.js";
import { shownDuration } from "../actions/shown-duration.js";
import { oneLine } from "../format/one-line.js";
import { cutToWidth, padStartToWidth, padToWidth, textWidth } from "../format/text-width.js";
import type { Style } from "../framework/style.js";

const AGENT_WIDTH = 16;
const DURATION_WIDTH = 7;

/** One row for people: time of day, agent, what it did, how long it took. */
export function tailLine(action: ShownAction, { columns, style }: { columns: number; style: Style }): string {
  const time = timeOfDay(action.created_at);
  const agent = padToWidth(cutToWidth(oneLine(action.agent_name), AGENT_WIDTH), AGENT_WIDTH);
  const room = columns - time.length - AGENT_WIDTH - DURATION_WIDTH - 8;
  const name = cutToWidth(oneLine(action.action_name), room);
  const noteRoom = room - textWidth(name) - 2;
  const note = noteRoom < 4 ? "" : cutToWidth(describeAction(action), noteRoom);
  const text = padToWidth(`${name}${note === "" ? "" : `  ${style.dim(note)}`}`, room);
  return `${style.dim(time)}  ${style.accent(agent)}  ${actionMark(action, style)} ${text}  ${padStartToWidth(shownDuration(action), DURATION_WIDTH)}`.trimEnd();
}

/** Local, as a clock on the wall shows it; `--json` has the full time. */
function timeOfDay(time: Date): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const millis = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${millis}`;
}
