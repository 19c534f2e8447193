import { execFile } from "node:child_process";
import { join } from "node:path";
import { DevStackError } from "../errors.js";

/** How Kafka can be run on this machine. */
export type KafkaRuntime =
  | { readonly kind: "java"; readonly java: string; readonly fetch: boolean }
  | { readonly kind: "docker" };

const LOWEST_JAVA = 17;

export interface ChooseKafkaRuntimeOptions {
  readonly probe: CommandProbe;
  /** Kafka's libraries are in the cache, so Maven is not needed. */
  readonly fetched: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
}

/**
 * Java with Maven when both are there, else Docker when its engine responds. Throws one error that says what was looked
 * for, what was found, and what to install, when neither is.
 */
export async function chooseKafkaRuntime({
  probe,
  fetched,
  env,
  platform = process.platform,
}: ChooseKafkaRuntimeOptions): Promise<KafkaRuntime> {
  const java = await findJava(probe, env);
  const maven = fetched || (await hasMaven(probe, platform));
  if (java.path && maven) return { kind: "java", java: java.path, fetch: !fetched };
  const docker = await probe("docker", ["info", "--format", "{{.ServerVersion}}"]);
  if (docker.ok) return { kind: "docker" };
  throw new DevStackError(`A real Kafka needs one of two things, and this machine has neither:
  - Java ${LOWEST_JAVA} or newer and Maven (${java.found}; ${maven ? "Maven is there" : "no mvn found"}).
    Debian and Ubuntu: apt-get install openjdk-17-jre-headless maven
    macOS: brew install openjdk maven
    Windows: choco install temurin21jre maven
  - Docker with a running engine (docker info: ${lastLine(docker.output)}).
Or set KAFKA_BOOTSTRAP_SERVERS to a Kafka that runs already.`);
}

async function findJava(
  probe: CommandProbe,
  env: NodeJS.ProcessEnv,
): Promise<{ path?: string; found: string }> {
  const candidates = env.JAVA_HOME ? [join(env.JAVA_HOME, "bin", "java"), "java"] : ["java"];
  const seen: string[] = [];
  for (const path of candidates) {
    const { ok, output } = await probe(path, ["-version"]);
    const major = ok ? javaMajor(output) : undefined;
    if (major !== undefined && major >= LOWEST_JAVA) return { path, found: `${path} is Java ${major}` };
    seen.push(major === undefined ? `no ${path} found` : `${path} is Java ${major}`);
  }
  return { found: seen.join(", ") };
}

/** `openjdk version "17.0.15"` is 17, `java version "1.8.0_402"` is 8, `openjdk version "26-ea"` is 26. */
export function javaMajor(versionOutput: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(versionOutput);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

async function hasMaven(probe: CommandProbe, platform: NodeJS.Platform): Promise<boolean> {
  const { ok } = await probe(platform === "win32" ? "mvn.cmd" : "mvn", ["-v"]);
  return ok;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) || "no response";
}

/** Runs a command and returns whether it exited with 0, with all that it wrote. Never rejects. */
export type CommandProbe = (
  command: string,
  args: readonly string[],
) => Promise<{ readonly ok: boolean; readonly output: string }>;

const PROBE_MILLIS = 20_000;

export function commandProbe(env: NodeJS.ProcessEnv): CommandProbe {
  return (command, args) =>
    new Promise((resolve) => {
      // A script of the command interpreter, which only that can run.
      const shell = command.endsWith(".cmd");
      execFile(command, [...args], { env, shell, timeout: PROBE_MILLIS }, (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`.trim();
        resolve({ ok: error === null, output: output || (error?.message ?? "") });
      });
    });
}
