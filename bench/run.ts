/** `npm run bench`: every benchmark that a target is judged by, one after another, and one table of them all. See README.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BenchRun, loadRun, machineConditions, type PartRun, saveRun } from "./bench-run.js";
import { PARTS } from "./parts.js";
import { readRunOptions } from "./run-options.js";
import { runPart, runToEnd } from "./run-part.js";
import { failedParts, summarize } from "./summary.js";
import { benchmarksPage, countsText } from "./summary-page.js";
import { plainTable, SUMMARY_HEADER, summaryCells } from "./summary-table.js";

const WRONG_USE = 64;
const BUILD_MINUTES = 20;
const PAGE = fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url));
const RESULTS = fileURLToPath(new URL("results.json", import.meta.url));

const HELP = `npm run bench -- [options]

Runs every benchmark, one after another, and prints one table: ours, the
peer of the same run, their ratio, the target, and whether it is met. A run
of all parts also writes bench/results.json and docs/benchmarks.md, fills
databases with 20 million rows (25 GB of disk), and takes some hours.

  --quick        fewer rounds and smaller sizes: at most 20 minutes on two
                 quiet cores, and still every line of the table
  --only PART    only these parts, with commas between them; the files are
                 left as they are, unless --json is given
  --json FILE    write what was measured to this file
  --from FILE    measure nothing: make the table and the page again from a
                 file that was written before
  --help         this text

Parts:
${PARTS.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join("\n")}

Exit code: 0 when every part ran to its end with the right counts, whether
or not a target was missed; 1 when one failed; ${WRONG_USE} for wrong options.
`;

const options = readOptions();
if (options.help) process.stdout.write(HELP);
else if (options.from === undefined) await measure(options.only);
else show(loadRunOrEnd(options.from), options.only);

async function measure(only: ReadonlySet<string> | undefined): Promise<void> {
  await runToEnd("npm", ["run", "--silent", "build"], BUILD_MINUTES * 60_000);
  const parts: PartRun[] = [];
  for (const part of PARTS.filter(({ name }) => only?.has(name) ?? true)) {
    console.error(`\n== ${part.name}: ${part.about}`);
    parts.push(await runPart(part, options.quick));
  }
  const day = new Date().toISOString().slice(0, 10);
  const run = { day, quick: options.quick, machine: machineConditions(), parts };
  const file = options.json ?? (only === undefined ? RESULTS : undefined);
  if (file !== undefined) saveRun(file, run);
  show(run, only);
}

function show(run: BenchRun, only: ReadonlySet<string> | undefined): void {
  if (only === undefined) writeFileSync(PAGE, benchmarksPage(readFileSync(PAGE, "utf8"), run));
  const lines = summarize(run, only);
  console.log(plainTable(SUMMARY_HEADER, summaryCells(lines)));
  console.log(`\n${countsText(lines)}`);
  for (const { name, failure } of failedParts(run)) {
    console.error(`${name} failed: ${failure}`);
    process.exitCode = 1;
  }
}

function loadRunOrEnd(file: string): BenchRun {
  try {
    return loadRun(file);
  } catch (error) {
    return endWith(`--from ${file}: ${error instanceof Error ? error.message : String(error)}`);
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
