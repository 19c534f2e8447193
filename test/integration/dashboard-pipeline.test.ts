import { expect, test } from "vitest";
import { startService } from "../../src/service.js";
import { createAccessToken } from "../../src/store/access-tokens.js";
import { createPool } from "../../src/store/pool.js";
import { openPage, startBrowser } from "../helpers/browser.js";
import { until } from "../helpers/until.js";
import { action, createHarness } from "./consumer-harness.js";
import { settingsOf } from "./store-fixture.js";

const harness = await createHarness();
const browser = await startBrowser();

test("dead letters are sent once more from the page of the pipeline, and who asked for it is noted", async () => {
  const pool = createPool(settingsOf(harness.databaseUrl));
  const token = await createAccessToken(pool, { name: "operator", scopes: ["read", "write"] });
  const limited = await createAccessToken(pool, {
    name: "of-a-project",
    scopes: ["read", "write"],
    projects: ["shop"],
  });
  await pool.end();
  const service = await startService({ ...harness.options(), http: { port: 0 } });
  const ask = (path: string, bearer = token, body?: object) =>
    fetch(`${service.url}/api/v1${path}`, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
  await service.consumer.ready;
  await harness.query("alter table agent_actions add constraint no_secrets check (agent_name <> 'secret')");
  await harness.produce("action", [
    action(1, { agent_name: "secret" }),
    { key: "k", value: "<img src=x onerror=alert(1)>" },
  ]);
  await until(() => service.consumer.metrics().messages_dead_lettered === 2);

  expect((await fetch(`${service.url}/api/v1/dead-letters`)).status).toBe(401);
  expect((await ask("/dead-letters", limited)).status).toBe(403);
  expect((await ask("/dead-letters/redrive", token, { letters: ["all"] })).status).toBe(400);
  const { data } = (await (await ask("/dead-letters")).json()) as {
    data: { letter: string; reason: string }[];
  };
  expect(data.map(({ reason }) => reason).sort()).toEqual(["not_json", "refused_by_postgres"]);
  const unknown = await ask("/dead-letters/redrive", token, { letters: ["0:99"] });
  expect(await unknown.json()).toEqual({
    redriven: [],
    left_out: [{ letter: "0:99", why: "there is no open letter at this place" }],
  });

  await harness.query("alter table agent_actions drop constraint no_secrets");
  const { page, problems } = await openPage(browser, `${service.url}/health`);
  // The service that runs here from its sources has no built files beside it.
  await page.route(/\/(?:pipeline|assets\/.*)$/, (route) => {
    const { pathname } = new URL(route.request().url());
    return route.fulfill({ path: `dist/dashboard${pathname === "/pipeline" ? "/index.html" : pathname}` });
  });
  await page.goto(`${service.url}/pipeline`);
  await page.getByLabel("Token").fill(String(token));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Look for dead letters" }).click();
  await page.getByText("2 open").waitFor();
  const refused = page.locator(".dead-letters tbody tr", { hasText: "23514" });
  await refused.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Send 1 once more" }).click();
  await page.getByText("1 sent once more.").waitFor();
  await page.getByText("1 open").waitFor();
  await until(async () => (await harness.count("agent_actions")) === 1);
  expect(problems).toEqual([]);
  await page.context().close();
  await service.stop();

  const by: string[] = [];
  const reader = harness.kafka.consumer({ groupId: `${harness.groupId}-reader` });
  await reader.connect();
  await reader.subscribe({ topics: [harness.topics.dead_letter], fromBeginning: true });
  await reader.run({
    eachMessage: async ({ message: { headers } }) => {
      const name = headers?.["dead-letter.note-by"];
      if (name !== undefined) by.push(String(name));
    },
  });
  await until(() => by.length === 1);
  await reader.disconnect();
  expect(by).toEqual(["operator"]);
});
