/** The loop of the demo's agent, from its calls through Kafka and Postgres to the page Notices in a browser, while it goes on. */
import { randomUUID } from "node:crypto";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { expect, test } from "vitest";
import { AgentActionSpanProcessor } from "../../exporter/agent-action-span-processor.js";
import { createDeedList } from "../../src/cli/demo/agent/deed-list.js";
import { createDemoAgent } from "../../src/cli/demo/agent/demo-agent.js";
import { repeatItself } from "../../src/cli/demo/agent/repeat-itself.js";
import { ActionLogger } from "../../src/tracing/action-logger.js";
import { openPage, startBrowser } from "../helpers/browser.js";
import { kafkaBootstrap, startOwnPostgres } from "../helpers/stack.js";
import { cli, stackEnv, startCli } from "./cli-program.js";

const browser = await startBrowser();
// Notices come by the change feed, which stands still while any transaction of the server is open.
const database = await startOwnPostgres();

test("the loop of the demo's agent is on the page Notices while it goes on, and its calls are counted there", async (t) => {
  const env = stackEnv(database);
  expect((await cli(t, ["migrate"], env)).code).toBe(0);
  expect((await cli(t, ["topics", "--create", "--partitions", "1"], env)).code).toBe(0);
  const [, url] = await startCli(t, ["consume"], env).said(/"url":"(http:[^"]+)"/);
  await expect.poll(async () => (await fetch(`${url}/ready`)).status, { timeout: 60_000 }).toBe(200);

  const processor = new AgentActionSpanProcessor({
    brokers: [kafkaBootstrap()],
    topics: { action: env.AGENT_ACTIONS_TOPIC_ACTION ?? "" },
  });
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  provider.register();
  t.onTestFinished(() => provider.shutdown());
  const deeds = createDeedList();
  const logger = new ActionLogger({ agentName: "folder-scout", correlationId: randomUUID() });
  const scout = createDemoAgent("folder-scout", logger, deeds);

  const { page, problems } = await openPage(browser, `${url}/notices`);
  await page.waitForSelector(".empty");
  let isOver = false;
  const agent = (async () => {
    while (!isOver)
      await repeatItself(scout, { folder: "/nowhere", reportFolder: "/nowhere", say: () => {} });
  })();
  try {
    const row = page.locator("table.data tbody tr", { hasText: "folder-scout repeats Read" });
    await row.waitFor();
    const callsShown = async (): Promise<number> =>
      Number(await row.locator("td", { hasText: /^\d+$/ }).first().textContent());
    const first = await callsShown();
    expect(first).toBeGreaterThanOrEqual(4);
    expect(await row.textContent()).toContain("open");
    // Nothing but the stream changes the page, so the loop was seen before it was over.
    await expect.poll(callsShown, { timeout: 60_000 }).toBeGreaterThan(first);
    expect(await row.count()).toBe(1);
  } finally {
    isOver = true;
    await agent;
  }
  expect(problems).toEqual([]);
});
