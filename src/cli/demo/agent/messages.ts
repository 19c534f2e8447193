import type { Deed } from "./ledger.js";

/** What the agent's process tells the demo. */
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
