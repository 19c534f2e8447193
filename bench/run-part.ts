import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchResult } from "./agent/write-json.js";
import type { PartRun } from "./bench-run.js";
import { currentCommit } from "./current-commit.js";
import { commandOf, type Part, programPath } from "./parts.js";

/** Far above what any part takes, so that one that hangs does not keep the others from running. */
const MOST_MINUTES = 60;

/**
 * Runs a part to its end. What it prints goes to stderr, so that stdout is left to the summary. Never rejects: a part that fails, or ends
 * without figures, says so in `failure`.
 */
export async function runPart(part: Part, quick: boolean): Promise<PartRun> {
  const folder = mkdtempSync(join(tmpdir(), "agent-actions-bench-"));
  const file = join(folder, "result.json");
  const began = performance.now();
  const loadBefore = load();
  const outcome = await measure(part, quick, file).then(
    (result) => ({ result }),
    (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
  );
  rmSync(folder, { recursive: true, force: true });
  return {
    name: part.name,
    day: new Date().toISOString().slice(0, 10),
    commit: currentCommit(),
    quick,
    command: commandOf(part, quick).join(" "),
    seconds: Math.round((performance.now() - began) / 1_000),
    loadBefore,
    loadAfter: load(),
    ...outcome,
  };
}

async function measure(part: Part, quick: boolean, file: string): Promise<BenchResult> {
  const args = quick ? part.quickArgs : part.args;
  const program = ["--import", "tsx", programPath(part), ...args, "--json", file];
  await runToEnd(process.execPath, program, MOST_MINUTES * 60_000);
  const result = JSON.parse(readFileSync(file, "utf8")) as BenchResult;
  const wrong = result.rows.find(({ value }) => typeof value !== "number" || !Number.isFinite(value));
  if (wrong !== undefined) throw new Error(`"${wrong.name}" has no figure`);
  return result;
}

/** Rejects with the end of what it wrote to stderr unless the program exits with 0. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  mostMillis: number,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], timeout: mostMillis, env });
  let tail = "";
  child.stdout.on("data", (some: Buffer) => process.stderr.write(some));
  child.stderr.on("data", (some: Buffer) => {
    process.stderr.write(some);
    tail = (tail + some.toString()).slice(-TAIL_CHARACTERS);
  });
  const [code, signal] = await once(child, "close");
  if (code !== 0) throw new Error(`it ended with ${signal ?? `exit code ${code}`}: ${lastLines(tail)}`);
}

const TAIL_CHARACTERS = 4_000;

/** The message of an error stands above its stack. */
function lastLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const message = lines.findLast((line) => /error|instead of/i.test(line) && !/^\s+at /.test(line));
  return message?.trim() ?? lines.at(-1) ?? "it wrote nothing";
}

const load = (): number => Number(loadavg()[0]?.toFixed(1));
