import type { PostgresSettings } from "../../config/postgres-settings.js";
import type { ActionEvent } from "../../event/index.js";
import { describeError } from "../../internal/describe-error.js";
import { type LiveCall, liveCallsOf } from "../../store/live-calls.js";
import { createPool } from "../../store/pool.js";
import { oneLine } from "../format/values.js";
import { type Match, matchCalls, type TimedCall } from "./match-calls.js";

/** Transcripts whose calls have an id that no other way tells, and the sources of the rows that came by those. */
const LIVE_SOURCES: Readonly<Record<string, readonly string[]>> = {
  "gemini-cli-transcript": ["gemini-cli", "gemini-cli-hook"],
};

/** Finds the rows that telemetry and hooks gave the calls of a transcript, where no id says which they are. */
export interface ToldLive {
  /** Whether that has to be asked of what comes from this source; all of a transcript then comes at once. */
  concerns(source: string): boolean;
  /**
   * What becomes of each event; `own` of what is no call and no prompt.
   *
   * @param isWhole all of the transcript is there. Else what came live is taken to tell all calls of its run.
   */
  matches(
    source: string,
    events: readonly ActionEvent[],
    isWhole: boolean,
  ): Promise<readonly Match<LiveCall>[]>;
  close(): Promise<void>;
}

/** @param warn is told once that Postgres cannot be asked; then every call is one of its own */
export function openToldLive(postgres: PostgresSettings, warn: (line: string) => void): ToldLive {
  const pool = createPool({ ...postgres, maxConnections: 1 });
  let isAway = false;
  const liveOf = async (run: string, sources: readonly string[]): Promise<readonly LiveCall[]> => {
    if (isAway) return [];
    try {
      return await liveCallsOf(pool, run, sources);
    } catch (error) {
      isAway = true;
      warn(
        `Postgres cannot be asked what came live (${oneLine(describeError(error).message)}): a call that the agent's telemetry or hooks told already gets a second row.`,
      );
      return [];
    }
  };
  return {
    concerns: (source) => source in LIVE_SOURCES,
    async matches(source, events, isWhole) {
      const matches: Match<LiveCall>[] = events.map(() => "own");
      const places = new Map<string, number[]>();
      for (const [at, event] of events.entries())
        if (timedCall(event) !== undefined)
          places.set(event.correlation_id ?? "", [...(places.get(event.correlation_id ?? "") ?? []), at]);
      for (const [run, those] of places) {
        const live = await liveOf(run, LIVE_SOURCES[source] ?? []);
        const calls = those.map((at) => timedCall(events[at] as ActionEvent) as TimedCall);
        const found = isWhole
          ? matchCalls(live, calls)
          : calls.map(() => (live.length > 0 ? "left out" : "own"));
        for (const [index, at] of those.entries()) matches[at] = found[index] ?? "own";
      }
      return matches;
    },
    close: () => pool.end(),
  };
}

/** `undefined` for what is no call, no refusal and no prompt. */
function timedCall(event: ActionEvent): TimedCall | undefined {
  const details = (event.action_details ?? {}) as Readonly<Record<string, unknown>>;
  const isCall = event.action_type === "tool_call" || details.decision_type === "approval";
  if (!isCall && event.action_name !== "user_prompt") return undefined;
  const startMillis = Date.parse(String(event.started_at ?? event.timestamp ?? ""));
  return {
    name: event.action_name,
    told: details.tool_parameters ?? details.decision_context ?? details.prompt,
    startMillis,
    endMillis: Date.parse(String(event.ended_at ?? "")) || startMillis,
  };
}

/** The event as one about that row: what it tells more becomes part of it. */
export function intoRow(event: ActionEvent, { id, createdAt }: LiveCall): ActionEvent {
  const { call_key: _, ...rest } = event;
  return { ...rest, id, timestamp: createdAt, started_at: createdAt };
}
