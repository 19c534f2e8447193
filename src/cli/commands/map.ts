import { defineCommand } from "../framework/command.js";
import type { OptionTable } from "../framework/option.js";

export const MAP_OPTIONS = {
  explain: {
    type: "flag",
    description:
      "Say for every span which dialect took it and what became of it, or why it is no action, instead of the events: -> an event, => deduplicated into that of another span, +> a call without a span, -- no action.",
  },
  json: { type: "flag", description: "With --explain: one JSON object a span." },
  "capture-content": {
    type: "choice",
    of: ["true", "false"],
    env: ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"],
    otherwise: "true",
    description: "Whether parameters, results and messages are part of the events.",
  },
  "llm-calls": {
    type: "choice",
    of: ["none", "requesting_tools", "all"],
    otherwise: "none",
    description: "Which calls of a model that went well become a decision.",
  },
  dialects: {
    type: "text",
    value: "FILE",
    env: ["AGENT_ACTIONS_EXPORTER_DIALECTS_FILE"],
    description: "JSON with dialects of your own, which are asked before the built-in ones.",
  },
  "agent-name": { type: "text", value: "NAME", description: "The agent, where a span names none." },
} as const satisfies OptionTable;

export const mapCommand = defineCommand({
  name: "map",
  summary: "turns OpenTelemetry spans into events, and explains it.",
  usage: ["map [options] FILE", "map [options] -"],
  details: [
    "Reads OTLP/JSON (one document, a list, or one a line as the Collector's file exporter writes it), Jaeger JSON, Grafana Tempo, what the console exporters of OpenTelemetry print in JavaScript and Python, Monocle, any-agent, and the exports of Langfuse and Phoenix as JSON, JSON lines or CSV; - is standard input. Which one it is shows in the content.",
    "Writes one event a line, byte for byte as it would travel.",
  ],
  positional: { name: "FILE", required: true },
  options: MAP_OPTIONS,
  examples: [
    { command: "map spans.json", does: "The events of a file." },
    { command: "map --explain spans.json", does: "What becomes of each span, and why." },
    { command: "map - --llm-calls all < spans.json", does: "From standard input, with model calls." },
  ],
  run: async (input, context) => (await import("../map/run-map.js")).runMap(input, context),
});
