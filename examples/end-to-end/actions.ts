import {
  type PublishedAction,
  publishDecision,
  publishError,
  publishSuccess,
  publishToolCall,
} from "otel-agent-actions/exporter";

export interface TestAction {
  publish(run: PublishedAction): Promise<boolean>;
  /** What has to stand in the row. */
  readonly row: {
    readonly action_type: string;
    readonly action_name: string;
    readonly action_details: object;
  };
}

export const ACTIONS: readonly TestAction[] = [
  {
    publish: (run) =>
      publishToolCall({
        ...run,
        toolName: "Read",
        toolParameters: { file_path: "/path/to/file.py" },
        toolResult: { line_count: 100 },
        durationMs: 45,
      }),
    row: {
      action_type: "tool_call",
      action_name: "Read",
      action_details: {
        tool_parameters: { file_path: "/path/to/file.py" },
        tool_result: { line_count: 100 },
        success: true,
      },
    },
  },
  {
    publish: (run) =>
      publishDecision({
        ...run,
        decisionName: "select_agent",
        decisionContext: { candidates: ["agent-a", "agent-b"] },
        decisionResult: { selected: "agent-a", confidence: 0.92 },
      }),
    row: {
      action_type: "decision",
      action_name: "select_agent",
      action_details: {
        decision_context: { candidates: ["agent-a", "agent-b"] },
        decision_result: { selected: "agent-a", confidence: 0.92 },
      },
    },
  },
  {
    publish: (run) =>
      publishError({
        ...run,
        errorType: "ImportError",
        errorMessage: "Module 'foo' not found",
        errorContext: { file: "/path/to/file.py", line: 15 },
      }),
    row: {
      action_type: "error",
      action_name: "ImportError",
      action_details: {
        error_type: "ImportError",
        error_message: "Module 'foo' not found",
        error_context: { file: "/path/to/file.py", line: 15 },
      },
    },
  },
  {
    publish: (run) =>
      publishSuccess({ ...run, successName: "task_completed", successDetails: { files_processed: 5 } }),
    row: {
      action_type: "success",
      action_name: "task_completed",
      action_details: { files_processed: 5 },
    },
  },
];
