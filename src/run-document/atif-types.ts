import type { JsonObject } from "../event/json.js";

/**
 * The Agent Trajectory Interchange Format, version 1.7, as far as it is written here.
 * Source: RFC 0001 of Harbor, and its models in the Python package `harbor` (`harbor.models.trajectories`).
 */
export interface AtifTrajectory {
  readonly schema_version: "ATIF-v1.7";
  readonly session_id: string;
  readonly trajectory_id: string;
  readonly agent: { readonly name: string; readonly version: string; readonly model_name?: string };
  readonly steps: readonly AtifStep[];
  readonly notes?: string;
  readonly final_metrics: {
    readonly total_prompt_tokens?: number;
    readonly total_completion_tokens?: number;
    readonly total_steps: number;
  };
  readonly extra?: JsonObject;
  /** Of the outermost trajectory only: those of all agents below it. */
  readonly subagent_trajectories?: readonly AtifTrajectory[];
}

export interface AtifStep {
  /** From 1, without gaps. */
  readonly step_id: number;
  /** ISO 8601 in UTC, with microseconds. */
  readonly timestamp?: string;
  readonly source: "system" | "user" | "agent";
  readonly model_name?: string;
  readonly message: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly {
    /** Unique in the trajectory. */
    readonly tool_call_id: string;
    readonly function_name: string;
    readonly arguments: JsonObject;
  }[];
  readonly observation?: {
    readonly results: readonly {
      readonly source_call_id?: string;
      readonly content?: string;
      readonly subagent_trajectory_ref?: readonly { readonly trajectory_id: string }[];
    }[];
  };
  readonly metrics?: { readonly prompt_tokens?: number; readonly completion_tokens?: number };
  readonly llm_call_count?: number;
  readonly extra: JsonObject;
}

/** What a trajectory could not say, and why: a count for each kind. */
export interface AtifGap {
  /** Where in the format it would stand. */
  readonly what: string;
  readonly why: string;
  readonly count: number;
}
