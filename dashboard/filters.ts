import type { Filter } from "./parts/filter-bar.js";

/** Filters on actions, and on runs by their actions. */
export const ACTION_FILTERS: readonly Filter[] = [
  { name: "text", label: "Text" },
  { name: "agent", label: "Agent" },
  { name: "project", label: "Project" },
  { name: "tool", label: "Tool" },
  { name: "type", label: "Type", values: ["tool_call", "decision", "error", "success"] },
  { name: "status", label: "Status", values: ["ok", "error", "running", "abandoned"] },
  { name: "state", label: "State", values: ["running", "abandoned", "ended"] },
  { name: "session", label: "Session" },
  { name: "service", label: "Service" },
  { name: "environment", label: "Environment" },
  { name: "user", label: "User" },
  { name: "file", label: "File" },
  { name: "min_duration", label: "At least (ms)" },
  { name: "max_duration", label: "At most (ms)" },
  { name: "label", label: "Label" },
  { name: "agent_version", label: "Agent version" },
  { name: "error_group", label: "Error group" },
];
