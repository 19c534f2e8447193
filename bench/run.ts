/** `npm run bench`: every benchmark that a target is judged by, one after another, and one table of them all. See README.md. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BenchRun, differenceOf, loadRun, machineConditions, saveRun, withPart } from "./bench-run.js";
import { PARTS } from "./parts.js";
import { readRunOptions } from "./run-options.js";
import { runPart, runToEnd } from "./run-part.js";
import { failuresOf, summarize } from "./summary.js";
import { benchmarksPage, countsText } from "./summary-page.js";
import { plainTable, SUMMARY_HEADER, summaryCells } from "./summary-table.js";

const ORDER = PARTS.map(({ name }) => name);
const WRONG_USE = 64;
const BUILD_MINUTES = 20;
const PAGE = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));
const RESULTS = fileURLToPath(new URL("results.json", import.meta.url));

const HELP = `npm run bench -- [options]

Runs every benchmark, one after another, and prints one table: ours, the
peer of the same run, their ratio, the target, and whether it is met. A run
of all parts also writes bench/results.json and docs/benchmarks.md. It fills
a database with 20 million rows (20 GB of disk) and is made for an hour on
two quiet cores.

  --quick        fewer rounds and smaller sizes: at most 20 minutes on two
                 quiet cores, and still every line of the table
  --only PART    only these parts, with commas between them; the files are
                 left as they are, unless --json is given
  --json FILE    write what was measured to this file, after each part; what
                 the file has of other parts stays, so that a run can be made
                 part by part. With bench/results.json the page is made too
  --from FILE    measure nothing: make the table and the page again from a
                 file that was written before
  --help         this text

Parts:
${PARTS.map(({ name, about }) => `  ${name.padEnd(18)} ${about}`).join("\n")}

Exit code: 0 when every part ran to its end with the right counts, whether
or not a target was missed; 1 when one failed; ${WRONG_USE} for wrong options.
`;

const options = readOptions();
if (options.help) process.stdout.write(HELP);
else if (options.from === undefined) await measure(options.only);
else {
  const run = loadRunOrEnd("--from", options.from);
  if (options.only === undefined) writePage(run);
  show(run, options.only);
}

async function measure(only: ReadonlySet<string> | undefined): Promise<void> {
  const file = options.json ?? (only === undefined ? RESULTS : undefined);
  const machine = machineConditions();
  let run = startingWith(file, machine);
  await runToEnd("npm", ["run", "--silent", "build"], BUILD_MINUTES * 60_000);
  for (const part of PARTS.filter(({ name }) => only?.has(name) ?? true)) {
    console.error(`\n== ${part.name}: ${part.about}`);
    run = withPart(run, await runPart(part, options.quick), ORDER);
    // At once: what comes next may take an hour, or end this process.
    if (file !== undefined) saveRun(file, run);
  }
  const isOfPage = file !== undefined && resolve(file) === RESULTS;
  if (isOfPage) writePage(run);
  show(run, only);
}

/** What the file has of other parts stays in it. */
function startingWith(file: string | undefined, machine: BenchRun["machine"]): BenchRun {
  const empty = { day: "", quick: options.quick, machine, parts: [] };
  if (file === undefined || !existsSync(file)) return empty;
  const run = loadRunOrEnd("--json", file);
  const difference = differenceOf(run, machine);
  if (difference === undefined) return run;
  // A run of all parts leaves nothing of what was measured there.
  if (options.only === undefined) return empty;
  return endWith(`--json ${file}: ${difference}. Figures of both do not go together: name another file.`);
}

function writePage(run: BenchRun): void {
  writeFileSync(PAGE, benchmarksPage(readFileSync(PAGE, "utf8"), run));
}

function show(run: BenchRun, only: ReadonlySet<string> | undefined): void {
  const lines = summarize(run, only);
  console.log(plainTable(SUMMARY_HEADER, summaryCells(lines)));
  console.log(`\n${countsText(lines)}`);
  for (const failure of failuresOf(run)) {
    console.error(`failed: ${failure}`);
    process.exitCode = 1;
  }
}

function loadRunOrEnd(option: string, file: string): BenchRun {
  try {
    return loadRun(file);
  } catch (error) {
    return endWith(`${option} ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readOptions() {
  try {
    return readRunOptions(process.argv.slice(2));
  } catch (error) {
    return endWith(error instanceof Error ? error.message : String(error));
  }
}

function endWith(message: string): never {
  process.stderr.write(`${message}\nSee npm run bench -- --help\n`);
  process.exit(WRONG_USE);
}
