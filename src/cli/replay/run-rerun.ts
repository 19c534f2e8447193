import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describeError } from "../../internal/describe-error.js";
import { junitXml } from "../../internal/junit-xml.js";
import type { RecordedAction } from "../../recorded/recorded-action.js";
import { type RerunCall, rerun } from "../../replay/rerun.js";
import { shownMillis } from "../actions/shown-action.js";
import type { REPLAY_OPTIONS, ReplayOptions } from "../commands/replay.js";
import { comparisonTable } from "../diff/comparison-table.js";
import { differenceLines } from "../diff/difference-lines.js";
import { cutToWidth } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import {
  EXIT_FAILURE,
  EXIT_OK,
  signalExitCode,
  UnreadableError,
  UsageError,
} from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { labelOf, readRun } from "../recorded/read-run.js";
import { withRunSource } from "../recorded/run-source.js";

interface ToolModule {
  readonly tools: object;
  readonly safe: readonly string[];
}

/** Calls the safe tools of a run once more. */
export async function runRerun(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: ReplayOptions },
  timeout: (typeof REPLAY_OPTIONS)["timeout-ms"],
  context: CliContext,
): Promise<number> {
  const [run = "", ...more] = positionals;
  if (more.length > 0 || options.play)
    throw new UsageError("One run, by --play or by --tools: replay RUN --tools FILE --only-safe.", "replay");
  if (!options["only-safe"])
    throw new UsageError(
      "--tools calls tools, and no recording undoes what a tool does. Say --only-safe: then only those are called that the module names in safe.",
      "replay",
    );
  const { out } = context;
  const { tools, safe } = await toolModule(options.tools as string);
  const actions: RecordedAction[] = [];
  await withRunSource(options, context, async (client) => {
    for await (const action of readRun(run, client)) actions.push(action);
  });
  const interruption = context.catchInterrupts();
  const results: RerunCall[] = [];
  const { normalisation } = comparisonTable(options).canonicaliser;
  const timeoutMillis = options["timeout-ms"] ?? timeout.default;
  const { signal } = interruption;
  for await (const call of rerun(actions, tools, { safe, normalisation, timeoutMillis, signal })) {
    results.push(call);
    if (options.json) out.json(call);
    else show(call, out);
  }
  interruption.stopListening();
  if (options.junit !== undefined) await writeFile(options.junit, junitOf(labelOf(run), results));
  if (!options.json) showCounts(results, out);
  if (interruption.received !== undefined) return signalExitCode(interruption.received);
  return results.some(isOther) ? EXIT_FAILURE : EXIT_OK;
}

const isOther = ({ outcome }: RerunCall): boolean => outcome === "changed" || outcome === "failed";

async function toolModule(path: string): Promise<ToolModule> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new UnreadableError(`${path} cannot be loaded: ${describeError(error).message}`);
  }
  const tools = module.tools ?? module.default;
  const { safe } = module;
  if (typeof tools !== "object" || tools === null)
    throw new UnreadableError(
      `${path} has to export tools: an object, list or Map of tools, or an MCP client.`,
    );
  if (!Array.isArray(safe) || !safe.every((name) => typeof name === "string"))
    throw new UnreadableError(
      `${path} has to export safe: the names of the tools that may be called, as in export const safe = ["search", "read"];`,
    );
  return { tools, safe };
}

function show(call: RerunCall, out: Output): void {
  const { good, bad, warn, dim } = out.style;
  const paint = { unchanged: good, changed: warn, failed: bad, skipped: dim }[call.outcome];
  const times =
    call.durationMillis === undefined
      ? ""
      : `${shownMillis(call.durationMillis)}, was ${shownMillis(call.recordedMillis ?? null) || "not known"}`;
  const input = oneLine(JSON.stringify(call.input).slice(0, 300));
  const head = `#${call.number} ${oneLine(call.tool)} ${input}`;
  out.result(
    `${paint(call.outcome.padEnd(10))}${cutToWidth(head, out.columns - 10 - times.length - 2)}  ${dim(times)}`.trimEnd(),
  );
  if (call.why !== undefined && call.outcome !== "skipped") out.result(`          ${oneLine(call.why)}`);
  for (const difference of call.differences?.differences ?? [])
    for (const line of differenceLines("", difference, " ".repeat(10), out)) out.result(line);
}

function showCounts(results: readonly RerunCall[], out: Output): void {
  const counts = new Map<string, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const skipped = new Map<string, number>();
  for (const { why, outcome } of results)
    if (outcome === "skipped") skipped.set(why ?? "", (skipped.get(why ?? "") ?? 0) + 1);
  out.result(
    `\n${out.style.bold([...counts].map(([outcome, count]) => `${count} ${outcome}`).join(" · ") || "The run has no calls of tools.")}`,
  );
  for (const [why, count] of skipped) out.result(out.style.dim(`  skipped ${count}: ${oneLine(why)}`));
}

function junitOf(run: string, results: readonly RerunCall[]): string {
  const called = results.filter(({ outcome }) => outcome !== "skipped");
  return junitXml(
    `rerun ${run}`,
    called.map(({ number, tool, input, outcome, why, differences }) => ({
      name: `#${number} ${tool} ${JSON.stringify(input).slice(0, 200)}`,
      failure:
        outcome === "unchanged"
          ? undefined
          : (why ?? `changed at ${differences?.differences.map(({ path }) => path).join(", ")}`),
    })),
  );
}
