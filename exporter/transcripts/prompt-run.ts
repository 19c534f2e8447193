import type { ActionReport, ReportedSession } from "../read/reports/report.js";
import { hrTime } from "./session-reports.js";

/** Tokens of one answer of a model, as its provider counts them. */
export interface TokenCounts {
  readonly input_tokens?: number | undefined;
  readonly output_tokens?: number | undefined;
  readonly cache_read_input_tokens?: number | undefined;
  readonly cache_creation_input_tokens?: number | undefined;
  readonly reasoning_output_tokens?: number | undefined;
}

const TOKEN_NAMES = [
  "input_tokens",
  "output_tokens",
  "cache_read_input_tokens",
  "cache_creation_input_tokens",
  "reasoning_output_tokens",
] as const;

export type PromptOutcome = "success" | "error" | "cancelled";

/** What an agent did for one prompt of its user, from the prompt to the answer: a run, with the tokens that it took. */
export class PromptRun {
  readonly id: string;
  readonly #session: ReportedSession;
  readonly #prompt: string;
  readonly #startMillis: number;
  readonly #tokens: Partial<Record<(typeof TOKEN_NAMES)[number], number>> = {};
  readonly #models = new Set<string>();
  #cost: number | undefined;
  #lastMillis: number;
  #outcome: PromptOutcome | undefined;
  #error: string | undefined;

  constructor(id: string, session: ReportedSession, prompt: string, startMillis: number) {
    this.id = id;
    this.#session = session;
    this.#prompt = prompt;
    this.#startMillis = startMillis;
    this.#lastMillis = startMillis;
  }

  /** The prompt itself, as the action that begins what the agent does. */
  promptReport(): ActionReport {
    const start = hrTime(this.#startMillis);
    const details = { prompt: this.#prompt, prompt_length: this.#prompt.length };
    return {
      is: "action",
      reading: { is: "explicit", type: "success", name: "user_prompt", details, failure: undefined },
      session: this.#session,
      callKey: `prompt:${this.id}`,
      start,
      end: start,
    };
  }

  /** Something of it happened at this time. */
  at(millis: number): void {
    if (millis > this.#lastMillis) this.#lastMillis = millis;
  }

  answered(model: string | undefined, tokens: TokenCounts, costUsd?: number): void {
    if (model !== undefined) this.#models.add(model);
    for (const name of TOKEN_NAMES) {
      const count = tokens[name];
      if (count !== undefined) this.#tokens[name] = (this.#tokens[name] ?? 0) + count;
    }
    if (costUsd !== undefined) this.#cost = (this.#cost ?? 0) + costUsd;
  }

  /** How it ended, as far as is known now: a later end takes its place. */
  ended(outcome: PromptOutcome, error?: string): void {
    this.#outcome = outcome;
    this.#error = error;
  }

  /**
   * The run with its end; nothing before it has one.
   *
   * @param isOver nothing more comes: without an end it was cancelled
   */
  reports(isOver: boolean): readonly ActionReport[] {
    const outcome = this.#outcome ?? (isOver ? "cancelled" : undefined);
    return outcome === undefined ? [] : [this.#report(outcome)];
  }

  #report(outcome: PromptOutcome): ActionReport {
    const end = this.#lastMillis;
    const fields = {
      execution_id: this.id,
      user_prompt: this.#prompt,
      status: outcome,
      started_at: new Date(this.#startMillis).toISOString(),
      completed_at: new Date(end).toISOString(),
      duration_ms: end - this.#startMillis,
      ...(this.#error !== undefined && { error_message: this.#error }),
      metadata: {
        ...this.#tokens,
        ...(this.#models.size > 0 && { models: [...this.#models] }),
        ...(this.#cost !== undefined && { cost_usd: this.#cost }),
      },
    };
    return {
      is: "action",
      reading: { is: "event", kind: "execution", fields },
      session: this.#session,
      identity: `prompt:${this.id}`,
      start: hrTime(this.#startMillis),
      end: hrTime(end),
    };
  }
}
