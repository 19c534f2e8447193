import { flag, type OptionTable, text } from "../../config/option.js";
import { READING_OPTIONS } from "../../config/reading-options.js";
import { defineCommand } from "../framework/command.js";

/** How spans are read, for every command that reads them. */
export const MAPPING_OPTIONS = {
  "capture-content": {
    ...READING_OPTIONS.captureContent,
    placeholder: "true|false",
    description: "Whether parameters, results and messages are part of the events.",
  },
  "llm-calls": {
    ...READING_OPTIONS.llmCalls,
    default: undefined,
    defaultText: "none",
    description: "Which calls of a model that went well become a decision.",
  },
  dialects: {
    ...READING_OPTIONS.dialects,
    defaultText: undefined,
    description: "JSON with dialects of your own, which are asked before the built-in ones.",
  },
  "agent-name": text({ placeholder: "NAME", description: "The agent, where a span names none." }),
} as const satisfies OptionTable;

export const MAP_OPTIONS = {
  explain: flag({
    description:
      "Say for every span which dialect took it and what became of it, or why it is no action, instead of the events: -> an event, => deduplicated into that of another span, +> a call without a span, -- no action.",
  }),
  json: flag({ description: "With --explain: one JSON object a span." }),
  ...MAPPING_OPTIONS,
} as const satisfies OptionTable;

export const mapCommand = defineCommand({
  name: "map",
  summary: "turns OpenTelemetry spans into events, and explains it.",
  usage: ["map [options] FILE", "map [options] -"],
  details: [
    "Reads OTLP/JSON (one document, a list, or one a line as the Collector's file exporter writes it), Jaeger JSON, Grafana Tempo, what the console exporters of OpenTelemetry print in JavaScript and Python, Monocle, any-agent, and the exports of Langfuse and Phoenix as JSON, JSON lines or CSV; - is standard input. Which one it is shows in the content.",
    "Writes one event a line, byte for byte as it would travel.",
  ],
  positional: "FILE",
  options: MAP_OPTIONS,
  examples: [
    { command: "map spans.json", does: "The events of a file." },
    { command: "map --explain spans.json", does: "What becomes of each span, and why." },
    { command: "map - --llm-calls all < spans.json", does: "From standard input, with model calls." },
  ],
  run: async (input, context) => (await import("../map/run-map.js")).runMap(input, context),
});
