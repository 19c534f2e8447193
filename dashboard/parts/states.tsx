import type { ComponentChildren } from "preact";
import type { RequestFailure } from "../api.js";
import { formatAge, formatTime } from "../format.js";
import { session } from "../session.js";
import { SignIn } from "./sign-in.js";

/** Where there is nothing to show: why, and what to do next. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

const TITLES: Readonly<Record<number, string>> = {
  0: "The service does not respond",
  401: "Sign in",
  403: "Not for this token",
  404: "Not found",
  503: "Not available now",
  504: "It took too long",
};

/** Those that a list asks for again by itself. */
const passes = (status: number): boolean => status === 0 || status >= 500;

/**
 * Why something cannot be shown, and what to do.
 *
 * @param title @default by the status
 */
export function Failure({
  failure,
  title = TITLES[failure.status] ?? "This cannot be shown",
  onRetry,
}: {
  readonly failure: RequestFailure;
  readonly title?: string;
  readonly onRetry?: () => void;
}) {
  const { status, message } = failure;
  return (
    <div class="empty failure" role="alert">
      <h2>{title}</h2>
      <p>
        {/* Here the token goes into a form. */}
        <WithCommand
          text={status === 401 ? message.replace(", as the header authorization: Bearer TOKEN", "") : message}
        />
      </p>
      {status === 401 && <SignIn />}
      {status === 404 && onRetry && session.value?.run == null && (
        <p>
          <a href="/runs?last=all">All runs</a>
        </p>
      )}
      {onRetry && status !== 401 && (
        <p class="toolbar">
          <button type="button" onClick={onRetry}>
            Try again
          </button>
          {passes(status) && <span class="note">It is tried again every five seconds.</span>}
        </p>
      )}
    </div>
  );
}

/** A sentence whose end may be a command of ours to run. */
function WithCommand({ text }: { readonly text: string }) {
  const [, sentence = text, command] = /^(.*: )(agent-actions [^.]+)$/s.exec(text) ?? [];
  return (
    <>
      {sentence}
      {command !== undefined && <code>{command}</code>}
    </>
  );
}

/** Grey lines in the place of rows that are on their way. */
export const Placeholder = ({ lines = 8 }: { readonly lines?: number }) => (
  <div class="placeholder" role="status" aria-label="Loading">
    <Lines count={lines} />
  </div>
);

/** The same in the shape of a run: what it is, its tree, and what is told of an action. */
export const RunPlaceholder = () => (
  <div class="placeholder run" role="status" aria-label="Loading">
    <div class="head">
      <Lines count={2} />
    </div>
    <div>
      <Lines count={16} />
    </div>
    <div>
      <Lines count={6} />
    </div>
  </div>
);

const Lines = ({ count }: { readonly count: number }) =>
  Array.from({ length: count }, (_, line) => <span key={line} class={`line width-${line % 4}`} />);

/** A time, as an age; the time itself is its title. */
export function Time({ at }: { readonly at: string | null }) {
  if (at === null) return <>–</>;
  return (
    <time dateTime={at} title={formatTime(at)}>
      {formatAge(at)}
    </time>
  );
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ok: "✓",
  success: "✓",
  error: "✕",
  running: "◌",
  in_progress: "◌",
  abandoned: "∅",
  waiting: "◔",
  alive: "●",
  idle: "○",
  gone: "∅",
  ended: "✓",
  critical: "✕",
  warning: "▲",
};

/** Recorded names in one line: each in a box of its own, so that a direction mark in one of them turns none of the others. */
export function Names({ of, most = of.length }: { readonly of: readonly string[]; readonly most?: number }) {
  return (
    <span class="names" title={of.join("\n")}>
      {of.slice(0, most).map((name) => (
        <bdi key={name}>{name}</bdi>
      ))}
      {of.length > most && <span class="note">and {of.length - most} more</span>}
    </span>
  );
}

/** State or status as a word with a sign: never as a colour alone. */
export function Status({ of }: { readonly of: string }) {
  return (
    <span class={`status ${of}`}>
      <span aria-hidden="true">{SYMBOLS[of] ?? "•"}</span> {of}
    </span>
  );
}

/** How an action stands, in one word. */
export function statusOf({
  action_type: type,
  state,
  failed,
}: {
  readonly action_type: string;
  readonly state: string;
  readonly failed: boolean;
}): string {
  if (state === "running") return type === "decision" ? "waiting" : "running";
  if (state !== "ended") return state;
  return failed ? "error" : "ok";
}

/** How a run stands, in one word. */
export function statusOfRun(state: string, failedActions: number): string {
  if (state !== "ended") return state;
  return failedActions > 0 ? "error" : "ok";
}
