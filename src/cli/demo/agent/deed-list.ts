import type { ActionType } from "../../../event/action-event.js";
import type { EventKind } from "../../../event/kinds.js";

/** What the agent did, as the agent itself counts it. */
export interface Deed {
  readonly kind: EventKind;
  /** `null` for a kind that names no agent. */
  readonly agent: string | null;
  /** Of an action. */
  readonly type: ActionType | null;
  readonly name: string;
  readonly failed: boolean;
}

/**
 * The agent's own list of what it did. It is kept beside the work and knows nothing of spans, Kafka or Postgres, so
 * comparing it with the rows tests everything in between.
 */
export interface DeedList {
  readonly deeds: readonly Deed[];
  action(agent: string, type: ActionType, name: string, outcome?: { readonly failed: boolean }): void;
  event(kind: Exclude<EventKind, "action">, name: string): void;
}

export function createDeedList(): DeedList {
  const deeds: Deed[] = [];
  return {
    deeds,
    action: (agent, type, name, { failed } = { failed: false }) =>
      void deeds.push({ kind: "action", agent, type, name, failed }),
    event: (kind, name) => void deeds.push({ kind, agent: null, type: null, name, failed: false }),
  };
}

/** What the agent's process reports to the demo. */
export type AgentMessage =
  | { readonly type: "say"; readonly text: string }
  | {
      readonly type: "done";
      readonly correlationId: string;
      readonly deeds: readonly Deed[];
      readonly durationMillis: number;
      /** How many events the pipeline says Kafka has acknowledged. */
      readonly delivered: number;
    };
