import { readFile } from "node:fs/promises";
import { text as readStream } from "node:stream/consumers";
import { mapSpans } from "../../../exporter/correlate/map-spans.js";
import { serializeEvent } from "../../../exporter/deliver/serialize.js";
import { resolveExporterOptions } from "../../../exporter/options.js";
import { readDialects } from "../../../exporter/read/dialects/custom/resolve-dialects.js";
import { DIALECTS } from "../../../exporter/read/dialects/index.js";
import { readSpanText } from "../../../exporter/span-files/read-span-text.js";
import { describeError } from "../../internal/describe-error.js";
import type { MAP_OPTIONS } from "../commands/map.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_OK } from "../framework/exit-codes.js";
import { onlyGiven } from "../framework/only-given.js";
import { UnreadableError } from "../framework/unreadable-error.js";
import { explanation, explanationTable } from "./explain.js";

type MapInput = CommandInput<typeof MAP_OPTIONS>;

export async function runMap({ options, positionals }: MapInput, { out, env }: CliContext): Promise<number> {
  const transformOptions = onlyGiven({
    agentName: options["agent-name"],
    llmCalls: options["llm-calls"],
    dialects: options.dialects === undefined ? undefined : [...readDialects(options.dialects), ...DIALECTS],
    captureContent:
      options["capture-content"] === undefined ? undefined : options["capture-content"] === "true",
  });
  // The environment counts here as it does in an agent: what is shown is what would be sent.
  const { maxRecordBytes, callsWithoutSpan } = resolveExporterOptions(transformOptions, env);
  const spans = readSpanText(await readInput(positionals[0] ?? "-"));
  const mapped = mapSpans(spans, { ...transformOptions, callsWithoutSpan });

  if (options.explain) {
    if (options.json) for (const one of mapped) out.json(explanation(one));
    else for (const line of explanationTable(mapped, out)) out.result(line);
    return EXIT_OK;
  }
  for (const { transformed } of mapped) {
    if (transformed.outcome !== "event") continue;
    out.result(
      serializeEvent(transformed.kind, transformed.event, { maxRecordBytes }).value.toString("utf8"),
    );
  }
  return EXIT_OK;
}

async function readInput(file: string): Promise<string> {
  try {
    return file === "-" ? await readStream(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new UnreadableError(
      `${file === "-" ? "Standard input" : file} cannot be read: ${describeError(error).message}`,
    );
  }
}
