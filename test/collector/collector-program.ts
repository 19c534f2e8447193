import { execFile, spawn } from "node:child_process";
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const run = promisify(execFile);

const CORE = "v0.165.0";
const CONTRIB = "v0.165.1";
const MODULES = {
  receivers: [`go.opentelemetry.io/collector/receiver/otlpreceiver ${CORE}`],
  processors: [`go.opentelemetry.io/collector/processor/batchprocessor ${CORE}`],
  exporters: [
    `go.opentelemetry.io/collector/exporter/otlphttpexporter ${CORE}`,
    `github.com/open-telemetry/opentelemetry-collector-contrib/exporter/kafkaexporter ${CONTRIB}`,
  ],
};

/** A Collector of the parts that docs/otlp.md uses: what OTEL_COLLECTOR names, or one that Go builds once and the cache keeps. */
export async function collectorProgram(): Promise<string> {
  const given = process.env.OTEL_COLLECTOR;
  if (given) return given;
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
    "otel-agent-actions",
    `collector-${CORE}`,
  );
  const program = join(folder, "otelcol");
  if (await exists(program)) return program;
  await mkdir(folder, { recursive: true });
  const build = await mkdtemp(join(tmpdir(), "collector-"));
  const env = { ...process.env, GOSUMDB: "off", GOFLAGS: "-mod=mod", GOBIN: build };
  const options = { cwd: build, env, maxBuffer: 64 * 1_048_576 };
  try {
    await run("go", ["install", `go.opentelemetry.io/collector/cmd/builder@${CORE}`], options);
    await writeFile(join(build, "build.json"), JSON.stringify(distribution(folder)));
    await run(join(build, "builder"), ["--config", join(build, "build.json")], options);
  } finally {
    await rm(build, { recursive: true, force: true });
  }
  return program;
}

// JSON is YAML.
const distribution = (folder: string) => ({
  dist: { name: "otelcol", output_path: folder },
  ...Object.fromEntries(
    Object.entries(MODULES).map(([kind, modules]) => [kind, modules.map((gomod) => ({ gomod }))]),
  ),
});

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** The n-th configuration of a Collector in docs/otlp.md, with these texts in place of others, each of which has to be there. */
export async function configurationOfPage(
  nth: number,
  replaced: Readonly<Record<string, string>>,
): Promise<string> {
  const page = await readFile("docs/otlp.md", "utf8");
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  let text = blocks[nth];
  if (text === undefined) throw new Error(`docs/otlp.md has ${blocks.length} configurations`);
  for (const [from, to] of Object.entries(replaced)) {
    if (!text.includes(from)) throw new Error(`the configuration has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** Runs until the end of the test. Resolves when it takes telemetry. */
export async function startCollector(
  program: string,
  configuration: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "collector-"));
  const file = join(folder, "config.yaml");
  // Its own metrics would want a port.
  await writeFile(file, `${configuration}\n  telemetry:\n    metrics:\n      level: none\n`);
  const child = spawn(program, ["--config", file], { env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (data: Buffer) => {
      said += data.toString();
      if (said.includes("Everything is ready")) resolve();
    });
    void ended.then(() => reject(new Error(`the Collector ended:\n${said}`)));
  });
}

/** A port of loopback that nothing listens at. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
