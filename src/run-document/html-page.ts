import {
  inputOf,
  missingParts,
  outcomeOf,
  type RecordedAction,
  runNameOf,
} from "../recorded/recorded-action.js";
import { byStart, treePlaces } from "../recorded/tree-places.js";
import { CONTENT_SECURITY_POLICY, MAX_INDENT, STYLE } from "./html-style.js";
import { htmlText } from "./html-text.js";

/**
 * A run as one HTML file: its tree with times, and the details of each action as text. It loads nothing and has no script, and its Content
 * Security Policy says so.
 *
 * @param run what the run is called
 * @param recorded its actions, at least one, in any order
 */
export function htmlOf(run: string, recorded: readonly RecordedAction[]): string {
  const sorted = [...recorded].sort(byStart);
  const { order, parents } = treePlaces(sorted);
  const actions = Array.from(order, (node) => sorted[node] as RecordedAction);
  const span = spanOf(actions);
  const depths = new Int32Array(actions.length);
  const items = actions.map((action, place) => {
    const parent = parents[place] as number;
    depths[place] = parent === -1 ? 0 : (depths[parent] as number) + 1;
    return itemOf(action, place, parent, Math.min(depths[place] as number, MAX_INDENT), span);
  });
  const title = htmlText(`Run ${run}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
<p>${htmlText(headOf(actions, span))}</p>
<ol>
${items.join("\n")}
</ol>
</body>
</html>`;
}

/** From the first start to the last moment that is known, in Unix milliseconds; both NaN where no time is. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(actions: readonly RecordedAction[]): Span {
  let from = Number.NaN;
  let to = Number.NaN;
  for (const { start, end } of actions) {
    if (!(start >= from)) from = Number.isNaN(start) ? from : start;
    for (const time of [start, end]) if (!(time <= to)) to = Number.isNaN(time) ? to : time;
  }
  return { from, to };
}

function headOf(actions: readonly RecordedAction[], { from, to }: Span): string {
  const failed = actions.filter((action) => action.failed).length;
  const agents = [...new Set(actions.map(({ agent }) => agent))];
  const shown =
    agents.slice(0, 10).join(", ") + (agents.length > 10 ? ` and ${agents.length - 10} more` : "");
  return [
    isoTime(from),
    Number.isFinite(to - from) ? millisText(to - from) : "",
    `${actions.length} ${actions.length === 1 ? "action" : "actions"}`,
    failed > 0 ? `${failed} failed` : "",
    shown,
  ]
    .filter(Boolean)
    .join(" · ");
}

function itemOf(action: RecordedAction, place: number, parent: number, depth: number, span: Span): string {
  const state = action.failed ? "failed" : Number.isNaN(action.end) ? "open" : "ok";
  const said = { failed: "failed", open: action.status ?? "no end recorded", ok: "" }[state];
  const number = parent === -1 ? `#${place + 1}` : `#${place + 1} in #${parent + 1}`;
  const offset = action.start - span.from;
  const times = [
    Number.isFinite(offset) ? `+${millisText(offset)}` : "",
    action.duration === null ? "" : millisText(action.duration),
  ];
  const part = (name: string, text: string): string =>
    text === "" ? "" : `<span class="${name}">${htmlText(text)}</span>`;
  return `<li class="d${depth}"><details><summary>${[
    part("quiet", number),
    part("name", runNameOf(action) ?? action.name),
    part("quiet", action.type),
    part("quiet", action.agent),
    part(state, said),
    part("time", times.filter(Boolean).join(" for ")),
    barOf(action, state, span),
  ].join("")}</summary><pre>${htmlText(detailsOf(action))}</pre></details></li>`;
}

/** Bars have a thousand units of width. */
const WIDTH = 1_000;
const LEAST_WIDTH = 8;

function barOf({ start, end }: RecordedAction, state: string, { from, to }: Span): string {
  if (Number.isNaN(start)) return "";
  const scale = to > from ? WIDTH / (to - from) : 0;
  const x = Math.min((start - from) * scale, WIDTH - LEAST_WIDTH);
  const width = Math.min(Math.max(((Number.isNaN(end) ? to : end) - start) * scale, LEAST_WIDTH), WIDTH - x);
  // Times may be any numbers, as their producers say them.
  if (!Number.isFinite(x + width)) return "";
  return `<svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true"><rect class="${state}" x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="10"/></svg>`;
}

function detailsOf(action: RecordedAction): string {
  const { id, start, end, errorType, errorMessage, callId, version } = action;
  const missing = missingParts(action);
  const parts: readonly (readonly [string, unknown])[] = [
    ["input", missing.includes("input") ? "(hidden or cut when it was recorded)" : inputOf(action)],
    ["outcome", missing.includes("outcome") ? "(hidden or cut when it was recorded)" : outcomeOf(action)],
    ["error", [errorType, errorMessage].filter((text) => text !== null).join(": ") || undefined],
    ["details", action.details],
    ["started", isoTime(start) || undefined],
    ["ended", isoTime(end) || undefined],
    ["id", id],
    ["call id", callId ?? undefined],
    ["agent version", version ?? undefined],
  ];
  return parts
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        `${name}: ${typeof value === "string" ? value : JSON.stringify(value, undefined, 2)}`,
    )
    .join("\n\n");
}

/** Beyond these `Date` has no text. */
const isoTime = (millis: number): string =>
  Math.abs(millis) <= 8.64e15 ? new Date(millis).toISOString() : "";

const millisText = (millis: number): string =>
  Math.abs(millis) < 1_000 ? `${Math.round(millis)} ms` : `${(millis / 1_000).toFixed(2)} s`;
