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
  401: "Sign in",
  403: "Not for this token",
  404: "Not found",
};

export function Failure({
  failure,
  onRetry,
}: {
  readonly failure: RequestFailure;
  readonly onRetry?: () => void;
}) {
  return (
    <div class="empty failure" role="alert">
      <h2>{TITLES[failure.status] ?? "This cannot be shown"}</h2>
      <p>{failure.message}</p>
      {failure.status === 401 && <SignIn />}
      {failure.status === 404 && onRetry && session.value?.run == null && (
        <p>
          <a href="/runs?last=all">All runs</a>
        </p>
      )}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Grey lines in the place of rows that are on their way. */
export function Placeholder({ lines = 8 }: { readonly lines?: number }) {
  return (
    <div class="placeholder" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class={`line width-${line % 4}`} />
      ))}
    </div>
  );
}

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
