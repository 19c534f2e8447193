import { spawn } from "node:child_process";
import { once } from "node:events";

export interface Start {
  /** From before the process is made until it has ended. */
  readonly wallMillis: number;
  /** Of all its threads, until its program has run. */
  readonly cpuMillis: number;
}

const PROGRAM = "process.stdout.write(JSON.stringify(process.cpuUsage()))";

/** Starts a program that does nothing, with modules loaded before it. */
export async function startProgram(
  imports: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Start> {
  const args = [...imports.flatMap((name) => ["--import", name]), "--eval", PROGRAM];
  const before = performance.now();
  const program = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  program.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const [code] = await once(program, "close");
  const wallMillis = performance.now() - before;
  if (code !== 0) throw new Error(`A program with ${imports.join(", ") || "nothing"} ended with ${code}.`);
  const { user, system } = JSON.parse(said) as NodeJS.CpuUsage;
  return { wallMillis, cpuMillis: (user + system) / 1_000 };
}
