import { deedOf } from "../../src/analysis/event-deed.js";
import { LOOP_TEXT, type LoopKind } from "../../src/analysis/loop-rules.js";
import { LoopSequence } from "../../src/analysis/loop-sequence.js";
import type { ActionEvent } from "../../src/event/index.js";

/** An agent of this process that repeats itself: what `onLoop` is called with. */
export interface AgentLoop {
  readonly kind: LoopKind;
  /** The kind in words. */
  readonly description: string;
  /** Correlation id of the run. */
  readonly correlationId: string;
  readonly agentName: string;
  /** Tools of one round. */
  readonly tools: readonly string[];
  /** Calls since it began. */
  readonly calls: number;
  /** Tokens of the model's turns since it began, as far as they are recorded. */
  readonly tokens: number;
  readonly startedAt: Date;
  /** Ids of actions that show it: those that it began with, and the last. */
  readonly actionIds: readonly string[];
}

/** Called within the call that decides, and with every further one of the loop. What it throws is reported and goes nowhere. */
export type OnLoop = (loop: AgentLoop) => void;

/** Agents in runs, some kilobytes each; what was used longest ago is forgotten. */
const MAX_SEQUENCES = 128;

/** Looks for loops in the events of this process as they come, by the rules of the service: docs/notices.md. */
export class LoopWatch {
  readonly #sequences = new Map<string, LoopSequence>();
  readonly #onLoop: OnLoop;

  constructor(onLoop: OnLoop) {
    this.#onLoop = onLoop;
  }

  /** Throws what the callback throws. */
  saw(event: ActionEvent): void {
    const deed = deedOf(event);
    if (deed === undefined) return;
    const { correlation_id: correlationId = "", agent_name: agentName } = event;
    const sequence = this.#sequenceOf(`${correlationId} ${agentName}`);
    if (deed.type === "turn") sequence.turn(deed.turn);
    else if (deed.type === "wait") sequence.wait();
    else
      for (const { kind, tools, calls, tokens, startedAt, evidence, isGoing } of sequence.add(deed.step))
        if (isGoing)
          this.#onLoop({
            kind,
            description: LOOP_TEXT[kind],
            correlationId: String(correlationId),
            agentName,
            tools,
            calls,
            tokens,
            startedAt: new Date(startedAt),
            actionIds: evidence,
          });
  }

  #sequenceOf(key: string): LoopSequence {
    const sequence = this.#sequences.get(key) ?? new LoopSequence();
    this.#sequences.delete(key);
    this.#sequences.set(key, sequence);
    if (this.#sequences.size > MAX_SEQUENCES) {
      const [oldest] = this.#sequences.keys();
      if (oldest !== undefined) this.#sequences.delete(oldest);
    }
    return sequence;
  }
}
