/**
 * What an agent's hook runs: `agent-actions hook AGENT`. It reads the event on standard input and sends it to the service, else keeps it in a file.
 *
 * The promise: it says nothing on standard output, which agents take for an answer, and always ends with 0; it is done within the time that
 * the service is waited for. Nothing else of the package is loaded as long as the service takes the event.
 */
import { readFileSync } from "node:fs";
import type { HookOptions } from "../config/hook-options.js";
import type { HookEvent, Payload } from "./payloads/hook-event.js";
import { HOOK_AGENTS, type HookAgent } from "./payloads/index.js";
import { PendingEvents } from "./pending-events.js";
import { postEvents, type Service } from "./post-events.js";

export interface HookSettings extends HookOptions {
  readonly captureContent: boolean;
}

/** After a service was not reached, the hooks of these milliseconds do not try it. */
const AWAY_MILLIS = 5_000;
/** A result above this is not told by a hook. */
const MAX_EVENT_CHARS = 4_000_000;

/** Never rejects; what went wrong is one line on standard error. */
export async function runHook(
  agent: HookAgent,
  settings: HookSettings,
  input: () => Promise<string>,
): Promise<void> {
  try {
    const now = Date.now();
    const payload = payloadOf(await input());
    if (payload === undefined)
      return complain("what stands on standard input is no JSON object: an agent's event is");
    const events = await shown(HOOK_AGENTS[agent](payload, now), settings);
    if (events.length === 0) return;
    const pending = settings.directory === undefined ? undefined : new PendingEvents(settings.directory);
    const names = pending?.names() ?? [];
    const sinceMillis = now - (pending?.lastTriedMillis(names) ?? Number.NEGATIVE_INFINITY);
    const isAway = sinceMillis >= 0 && sinceMillis < AWAY_MILLIS;
    const posted = isAway ? "unreachable" : await postEvents(events, settings);
    if (posted === "refused") complain(`the service refuses an event of ${agent}`);
    if (posted === "unreachable") await keep(events, pending, now, !isAway);
    if (posted === "taken" && pending !== undefined && names.length > 0)
      await sendSome(pending, names, settings, now + settings.timeoutMillis);
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
  }
}

// The message of the parser quotes the text, which may hold a secret.
function payloadOf(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Payload)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reads all of standard input. */
export async function standardInput(): Promise<string> {
  try {
    return readFileSync(0, "utf8");
  } catch (error) {
    // A pipe that does not block has nothing yet.
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  }
}

async function shown(
  events: readonly HookEvent[],
  { captureContent }: HookSettings,
): Promise<readonly HookEvent[]> {
  const small = events.map((event) =>
    identified(JSON.stringify(event).length > MAX_EVENT_CHARS ? withoutResult(event) : event),
  );
  if (captureContent || small.length === 0) return small;
  const { hideContent } = await import("../../exporter/read/redaction/hide-content.js");
  return small.map((event) => hideContent("action", event as never) as unknown as HookEvent);
}

// What names no call is one row however often it is sent by the id that it gets here.
const identified = (event: HookEvent): HookEvent =>
  event.call_key === undefined ? { ...event, id: crypto.randomUUID() } : event;

function withoutResult(event: HookEvent): HookEvent {
  const { tool_result: _large, ...details } = event.action_details as Record<string, unknown>;
  return { ...event, action_details: { ...details, tool_result_hidden: true } };
}

// What is kept is redacted, as everything that is written; the service redacts what it is sent.
async function keep(
  events: readonly HookEvent[],
  pending: PendingEvents | undefined,
  now: number,
  wasTried: boolean,
): Promise<void> {
  if (pending === undefined) return complain("an event is lost: no service, and no folder to keep it in");
  const { createPlainRedactor } = await import("../../exporter/read/redaction/redactor.js");
  const redact = createPlainRedactor();
  for (const event of events)
    if (!pending.keep(redact({ ...event }), now, wasTried))
      complain("an event is lost: too many are waiting");
}

async function sendSome(
  pending: PendingEvents,
  names: readonly string[],
  service: Service,
  deadlineMillis: number,
): Promise<void> {
  // Of what is refused together, one alone: the others may be taken.
  for (const most of [undefined, 1]) {
    const timeoutMillis = deadlineMillis - Date.now();
    const claimed = timeoutMillis > 0 ? pending.claim(names, Date.now(), most) : undefined;
    if (claimed === undefined) return;
    const posted = await postEvents(claimed.events, { ...service, timeoutMillis });
    const isDone = posted === "taken" || (posted === "refused" && claimed.events.length === 1);
    if (isDone) claimed.remove();
    else claimed.release();
    if (isDone && posted === "refused") complain("the service refuses an event that waited, and it is lost");
    if (isDone || posted === "unreachable") return;
  }
}

const complain = (problem: string): void => {
  process.stderr.write(`agent-actions hook: ${problem}\n`);
};
