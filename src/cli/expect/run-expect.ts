import { readFile, writeFile } from "node:fs/promises";
import { DEFAULT_NORMALISATION } from "../../compare/normalisation.js";
import { type CheckedExpectation, checkRun, toolCallsOf } from "../../expect/check-run.js";
import type { Expectation } from "../../expect/expectation.js";
import { ExpectationError, readExpectations } from "../../expect/read-expectations.js";
import { junitXml } from "../../internal/junit-xml.js";
import { inputOf, type RecordedAction } from "../../recorded/recorded-action.js";
import type { ApiClient } from "../client/client.js";
import type { EXPECT_OPTIONS, ExpectOptions } from "../commands/expect.js";
import { comparisonTable } from "../diff/comparison-table.js";
import { formatCount, oneLine } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { CommandError, EXIT_FAILURE, EXIT_OK, UnreadableError, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { parsedRow } from "../lists/shown-row.js";
import { isFile, labelOf, readRun } from "../recorded/read-run.js";
import { withRunSource } from "../recorded/run-source.js";

/** Checks a run against what is expected of it. */
export async function runExpect(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: ExpectOptions },
  mostRuns: (typeof EXPECT_OPTIONS)["most-runs"],
  context: CliContext,
): Promise<number> {
  const [run = "", golden, ...more] = positionals;
  if (more.length > 0 || (golden === undefined) === (options.label === undefined))
    throw new UsageError(
      "A run, and what is expected of it: expect RUN FILE, or expect RUN --label LABEL.",
      "expect",
    );
  const { out } = context;
  return withRunSource(options, context, async (client) => {
    const read = async (name: string) => {
      const actions: RecordedAction[] = [];
      for await (const action of readRun(name, client)) actions.push(action);
      return actions;
    };
    const actions = await read(run);
    const expectations =
      golden === undefined
        ? await labelled(
            run,
            options.label as string,
            options["most-runs"] ?? mostRuns.default,
            await client(),
            read,
          )
        : await expectationsOf(golden, read);
    const { normalisation } = comparisonTable(options).canonicaliser;
    const results = expectations.map((expectation) =>
      checkRun(actions, expectation, {
        normalisation: normalisation ?? DEFAULT_NORMALISATION,
        ...(options.match !== undefined && { match: options.match }),
        ...(options.arguments !== undefined && { argumentMode: options.arguments }),
      }),
    );
    // Of runs with a label, one that fits is enough; of what a file expects, all of it counts.
    const ok =
      golden === undefined ? results.some((result) => result.ok) : results.every((result) => result.ok);
    if (options.junit !== undefined) await writeJunit(options.junit, labelOf(run), results);
    if (options.json) out.json({ run: labelOf(run), ok, expectations: results });
    else show(labelOf(run), toolCallsOf(actions).length, results, ok, out);
    return ok ? EXIT_OK : EXIT_FAILURE;
  });
}

type ReadRun = (name: string) => Promise<readonly RecordedAction[]>;

/** From a JSON file of expectations, or from a run that is to be done again. */
async function expectationsOf(golden: string, read: ReadRun): Promise<readonly Expectation[]> {
  if (!isFile(golden) || /\.jsonl(?:#.*)?$/.test(golden)) return [expectationOf(golden, await read(golden))];
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(golden, "utf8"));
  } catch (error) {
    throw new UnreadableError(`${golden} is no JSON: ${(error as Error).message}`);
  }
  try {
    return readExpectations(parsed);
  } catch (error) {
    throw error instanceof ExpectationError ? new UnreadableError(`${golden}: ${error.message}`) : error;
  }
}

const expectationOf = (name: string, actions: readonly RecordedAction[]): Expectation => ({
  name: `as ${labelOf(name)}`,
  calls: toolCallsOf(actions).map((action) => ({ tool: action.name, arguments: inputOf(action) ?? null })),
});

/** The latest runs with a label, other than the run itself. */
async function labelled(
  run: string,
  label: string,
  most: number,
  client: ApiClient,
  read: ReadRun,
): Promise<readonly Expectation[]> {
  const query = new URLSearchParams({ label, last: "all", fields: "correlation_id,correlation_text" });
  const expectations: Expectation[] = [];
  for await (const { rows } of client.pages("/runs", query, most + 1)) {
    for (const row of rows.map(parsedRow)) {
      const names = [row.correlation_id, row.correlation_text].filter((name) => typeof name === "string");
      const [id, text] = names;
      if (id === undefined || names.includes(run) || expectations.length === most) continue;
      expectations.push({ ...expectationOf(id, await read(id)), name: `as ${text ?? id}` });
    }
  }
  if (expectations.length === 0)
    throw new CommandError(
      `No other run has the label ${JSON.stringify(label)}. To give it one: agent-actions label RUN ${label}`,
    );
  return expectations;
}

async function writeJunit(path: string, run: string, results: readonly CheckedExpectation[]): Promise<void> {
  const cases = results.map(({ name, match, problems }) => ({
    name: `${name} (${match})`,
    failure: problems.length === 0 ? undefined : problems.join("\n"),
  }));
  await writeFile(path, junitXml(`expect ${run}`, cases));
}

/** Of one expectation, most problems. */
const MAX_SHOWN = 20;

function show(
  run: string,
  calls: number,
  results: readonly CheckedExpectation[],
  ok: boolean,
  out: Output,
): void {
  const { good, bad, dim, bold } = out.style;
  for (const { name, match, ok: isMet, problems, calls: checked } of results) {
    const found = checked.filter(({ number }) => number !== undefined).length;
    const figures =
      match === "count" ? "" : `  ${match}, ${found} of ${formatCount(checked.length, "call")} found`;
    out.result(`${isMet ? good("✔") : bad("✖")} ${oneLine(name)}${dim(figures)}`);
    for (const problem of problems.slice(0, MAX_SHOWN)) out.result(`    ${oneLine(problem)}`);
    if (problems.length > MAX_SHOWN) out.result(dim(`    … and ${problems.length - MAX_SHOWN} more: --json`));
  }
  const verdict = ok ? good("as expected") : bad("not as expected");
  out.result(`\n${bold(oneLine(run))} (${formatCount(calls, "call")} of tools) is ${verdict}.`);
}
