/**
 * How long after the end of a span its action is on the screen: an agent with the span processor, Kafka, the consumer, Postgres, the
 * stream, and the page Live in a real browser. One action in twenty is a probe whose name is the time of its end.
 *
 *   npm run build && npx tsx bench/stream/latency.ts [--rate 1000] [--seconds 20]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { freePort } from "../../src/internal/ports.js";

const { values } = parseArgs({
  options: { rate: { type: "string", default: "1000" }, seconds: { type: "string", default: "20" } },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);

/** Ends in a pace of its own, whatever the machine does: bursts are as large as the time that was missed. */
const AGENT = `
  import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
  import { AgentActionSpanProcessor } from "otel-agent-actions/exporter";
  import { ActionLogger } from "otel-agent-actions";
  const provider = new NodeTracerProvider({ spanProcessors: [new AgentActionSpanProcessor()] });
  provider.register();
  const agent = new ActionLogger({ agentName: "busy" });
  const probe = new ActionLogger({ agentName: "probe" });
  const total = ${rate * seconds};
  const began = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, ((performance.now() - began) * ${rate}) / 1000);
    for (; done < due; done++) {
      if (done % 20 === 0) void probe.logSuccess({ successName: "t" + Date.now() });
      else void agent.logSuccess({ successName: "work" });
    }
    if (done < total) return;
    clearInterval(timer);
    void provider.shutdown().then(() => console.log(done / ((performance.now() - began) / 1000)));
  }, 5);`;

/** Notes for each probe when the frame after its row came begins. */
const WATCH = `
  window.probes = new Map();
  // The list has actions of before.
  const opened = Date.now();
  new MutationObserver(() => requestAnimationFrame(() => {
    const now = Date.now();
    for (const cell of document.querySelectorAll("table.data a[data-row]")) {
      const [, ended] = /^t(\\d{13})$/.exec(cell.textContent) ?? [];
      if (Number(ended) > opened && !window.probes.has(ended)) window.probes.set(ended, now - Number(ended));
    }
  })).observe(document.body, { childList: true, subtree: true, characterData: true });`;

const stack = await startDevStack({ onProgress: (text) => process.stderr.write(`${text}\n`) });
const port = await freePort();
const env = {
  ...process.env,
  KAFKA_BOOTSTRAP_SERVERS: stack.kafka?.bootstrapServers,
  DATABASE_URL: stack.postgres?.url,
  HEALTH_CHECK_PORT: String(port),
};
const PROGRAM = "dist/src/cli/main.js";
const run = (args: readonly string[]) =>
  spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));
await ended(run([PROGRAM, "migrate"]));
await ended(run([PROGRAM, "topics", "--create"]));
const service = run([PROGRAM, "consume"]);
service.stdout?.resume();
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium-headless-shell";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  while (!(await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined))?.ok)
    await new Promise((resolve) => setTimeout(resolve, 200));
  const pages = { "all actions": "/live", "the probes only": "/live?agent=probe" };
  for (const [what, path] of Object.entries(pages)) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`http://127.0.0.1:${port}${path}`);
    await page.locator(".connection.live").waitFor();
    await page.evaluate(WATCH);
    const cpuBefore = await cpuSeconds(service.pid);
    const agent = run(["--input-type=module", "-e", AGENT]);
    let reached = "";
    agent.stdout?.on("data", (text) => {
      reached += String(text);
    });
    await ended(agent);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const cpu = (await cpuSeconds(service.pid)) - cpuBefore;
    const found = (await page.evaluate("[...window.probes.values()]")) as number[];
    const sorted = found.sort((one, other) => one - other);
    const share = (part: number) => sorted[Math.floor(part * sorted.length)] ?? Number.NaN;
    process.stdout.write(
      `Live with ${what}: ${Number(reached).toFixed(0)} actions a second; of ${(rate * seconds) / 20} probes ${found.length} seen, end to screen p50 ${share(0.5)} ms, p95 ${share(0.95)} ms, p99 ${share(0.99)} ms; service ${((cpu / (rate * seconds)) * 1e6).toFixed(0)} us of processor time an action (load ${loadavg()[0]?.toFixed(1)})\n`,
    );
    await page.close();
  }
} finally {
  await browser.close();
  service.kill("SIGTERM");
  await ended(service);
  await stack.stop();
}

/** Processor time of a process so far; 0 where there is no /proc. */
async function cpuSeconds(pid = 0): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return (user + system) / 100;
}
