import { mapSpans } from "../../../exporter/correlate/map-spans.js";
import { serializeEvent } from "../../../exporter/deliver/serialize.js";
import { resolveExporterOptions } from "../../../exporter/resolve-exporter-options.js";
import { readSpanText } from "../../../exporter/span-files/read-span-text.js";
import { EnvReader } from "../../config/env-reader.js";
import { ConfigError } from "../../errors.js";
import { describeError } from "../../internal/describe-error.js";
import { reportPipelineProblems } from "../../otlp/pipeline-problems.js";
import type { MAP_OPTIONS } from "../commands/map.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_OK, UnreadableError } from "../framework/exit-codes.js";
import { readInput } from "../framework/read-input.js";
import { explanation, explanationTable } from "./explain.js";
import { mappingOptions } from "./mapping-options.js";

type MapInput = CommandInput<typeof MAP_OPTIONS>;

export async function runMap({ options, positionals }: MapInput, { out, env }: CliContext): Promise<number> {
  const reader = new EnvReader(env);
  reportPipelineProblems(reader);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  const mapping = mappingOptions(options);
  // The environment counts here as it does in an agent: what is shown is what would be sent.
  const { maxRecordBytes, callsWithoutSpan } = resolveExporterOptions(mapping, env);
  const spans = readSpanText(await readSpanFile(positionals[0] ?? "-"));
  const mapped = mapSpans(spans, { ...mapping, callsWithoutSpan });

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

async function readSpanFile(file: string): Promise<string> {
  try {
    return await readInput(file);
  } catch (error) {
    throw new UnreadableError(
      `${file === "-" ? "Standard input" : file} cannot be read: ${describeError(error).message}`,
    );
  }
}
