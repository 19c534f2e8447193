import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createPool } from "../../store/pool.js";
import type { DEMO_OPTIONS } from "../commands/demo.js";
import { addressTable, exportLines } from "../dev/address-table.js";
import { caughtUp } from "../dev/caught-up.js";
import { type RunningStack, startRunningStack, stayUp } from "../dev/running-stack.js";
import { createServiceLog } from "../dev/service-log.js";
import { spoolRead } from "../dev/spool-instead.js";
import { formatCount, formatDuration } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK, signalExitCode } from "../framework/exit-codes.js";
import { type Interruption, untilInterrupted } from "../framework/interruption.js";
import { type DemoResult, programName, readResult, resultRecord } from "./demo-result.js";
import { loopRecord, type NoticedLoop, noticedLoop, showLoop } from "./noticed-loop.js";
import { type AgentOutcome, requireTracingSdk, runAgent } from "./run-agent.js";
import {
  createPage,
  type Page,
  showActions,
  showConsumer,
  showFiles,
  showNextSteps,
  showTables,
  showVerdict,
} from "./show.js";

/** How long the rows may take once the agent has ended. */
const CATCH_UP_MILLIS = 15_000;

export async function runDemo(
  { options }: CommandInput<typeof DEMO_OPTIONS>,
  context: CliContext,
): Promise<number> {
  const { out, env } = context;
  requireTracingSdk();
  const interruption = context.catchInterrupts();
  const began = performance.now();
  const page = createPage(options.json ? { ...out, result: () => undefined } : out);

  page.heading("The servers, all of them real");
  const stack = await untilInterrupted(
    interruption,
    startRunningStack({
      consumer: true,
      noKafka: options["no-kafka"],
      env,
      onProgress: (text) => page.line(text),
      logger: createServiceLog(out),
    }),
  );
  try {
    showStack(page, stack);
    const agent = await watchAgent(page, stack, interruption, env, options.loop);
    const { result, loop } = await collect(stack, agent, options.loop, interruption);
    await show(page, stack, result, loop, performance.now() - began);
    if (options.json)
      out.json({
        ...resultRecord(result, performance.now() - began),
        ...(loop ? { loop: loopRecord(loop) } : {}),
      });
    if (options.stay && result.complete)
      return await lookAround(page, stack, agent.correlationId, interruption);
    return result.complete ? EXIT_OK : EXIT_FAILURE;
  } catch (error) {
    if (interruption.received === undefined) throw error;
    return signalExitCode(interruption.received);
  } finally {
    await stack.stop();
    interruption.stopListening();
  }
}

/** Servers that were started here have said so themselves. */
function showStack(page: Page, { kafka, spool, postgres, service }: RunningStack): void {
  if (kafka?.external) page.line(`Kafka: ${kafka.bootstrapServers}, as the environment says`);
  if (postgres?.external) page.line(`PostgreSQL: ${postgres.settings.target}, as the environment says`);
  page.line(
    `On top: ${spool === undefined ? "topics" : `the spool ${spool}`}, tables, and the consumer at ${service?.url}`,
  );
}

async function watchAgent(
  page: Page,
  stack: RunningStack,
  { signal }: Interruption,
  env: NodeJS.ProcessEnv,
  loop: boolean,
): Promise<AgentOutcome> {
  const folder = process.cwd();
  const reportFolder = await mkdtemp(join(tmpdir(), "agent-actions-demo-"));
  page.heading(`An agent surveys this folder, ${basename(folder)}`);
  try {
    const agent = await runAgent({
      folder,
      reportFolder,
      loop,
      env: { ...env, ...stack.env },
      onSay: (text) => page.item(text),
      signal,
    });
    page.line();
    page.line(
      `By its own count it did ${formatCount(agent.deeds.length, "thing")} in ${formatDuration(agent.durationMillis)}. ` +
        `${stack.spool === undefined ? "Kafka" : "The spool"} has ${formatCount(agent.delivered, "event")}:`,
    );
    page.line("a run of an agent is two, its start and its end.");
    return agent;
  } finally {
    await rm(reportFolder, { recursive: true, force: true });
  }
}

interface Collected {
  readonly result: DemoResult;
  readonly loop: NoticedLoop | undefined;
}

async function collect(
  stack: RunningStack,
  agent: AgentOutcome,
  hasLoop: boolean,
  { signal }: Interruption,
): Promise<Collected> {
  const { kafka, spool, postgres, service, topics, groupId } = stack;
  if (!(kafka ?? spool) || !postgres || !service)
    throw new Error("The demo needs Kafka, Postgres and the consumer.");
  if (spool !== undefined) await spoolRead(spool, CATCH_UP_MILLIS);
  else if (kafka !== undefined)
    await caughtUp({ kafka: kafka.settings, topics, groupId, deadlineMillis: CATCH_UP_MILLIS });
  const pool = createPool({ ...postgres.settings, maxConnections: 1 });
  try {
    const result = await readResult(pool, agent, service.consumer.metrics());
    return { result, loop: hasLoop ? await noticedLoop(pool, agent.correlationId, signal) : undefined };
  } finally {
    await pool.end();
  }
}

async function show(
  page: Page,
  { service }: RunningStack,
  result: DemoResult,
  loop: NoticedLoop | undefined,
  millis: number,
): Promise<void> {
  showActions(page, result);
  showFiles(page, result, process.cwd());
  showTables(page, result);
  if (service && loop) showLoop(page, loop, result.agent.correlationId, service.url);
  if (service) await showConsumer(page, service.url);
  showVerdict(page, result, millis);
  if (result.complete) showNextSteps(page, programName(process.env));
}

async function lookAround(
  page: Page,
  stack: RunningStack,
  run: string,
  interruption: Interruption,
): Promise<number> {
  page.heading("Everything stays up until Ctrl-C");
  if (stack.service) page.line(`The run in the dashboard: ${stack.service.url}/runs/${run}\n`);
  for (const line of [...addressTable(stack, page.out.style), "", ...exportLines(stack)]) page.line(line);
  return stayUp(stack, interruption, page.out);
}
