import { request } from "node:http";
import pino from "pino";
import { expect, test } from "vitest";
import { createAccessToken } from "../../src/store/access-tokens.js";
import { migrate } from "../../src/store/migrate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { openPage, startBrowser } from "../helpers/browser.js";
import { startOwnPostgres } from "../helpers/stack.js";
import { ACTIONS, RUN } from "./dashboard-fixture.js";
import { rowNames, serveBy } from "./dashboard-harness.js";
import { poolOn, settingsOf, storable } from "./store-fixture.js";

const databaseUrl = await startOwnPostgres();
const postgres = settingsOf(databaseUrl);
await migrate(postgres);
const pool = poolOn(databaseUrl);
const OTHER_RUN = "66666666-6666-4666-8666-666666666666";
const [first] = ACTIONS;
const other = {
  ...first,
  id: "01900000-0000-7000-8000-00000000aaaa",
  correlation_id: OTHER_RUN,
  agent_name: "hidden",
};
await createBatchWriter(pool).write([...ACTIONS, other].map((event) => storable("action", event)));
const token = (await createAccessToken(pool, { name: "operator", scopes: ["read", "write"] })) ?? "";
const limited =
  (await createAccessToken(pool, { name: "of-site", scopes: ["read", "write"], projects: ["site"] })) ?? "";

const logged: string[] = [];
const log = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) });
// A token of the environment, so that nothing is free on loopback.
const url = await serveBy(
  postgres,
  { AGENT_ACTIONS_API_TOKEN: "environment", AGENT_ACTIONS_API_ACCESS_LOG: "true" },
  log,
);
const browser = await startBrowser();

const ask = async (path: string, bearer: string, init: RequestInit = {}) => {
  const response = await fetch(`${url}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
  });
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith("{") ? JSON.parse(text) : undefined };
};
const share = async (hours?: number) => {
  const body = JSON.stringify(hours === undefined ? {} : { expires_in_hours: hours });
  const made = await ask(`/runs/${RUN}/shares`, token, { method: "POST", body });
  expect(made.status).toBe(201);
  return made.body as { id: string; secret: string; location: string; expires_at: string };
};

test("a link shows its run and nothing else, by any path", async () => {
  const { secret, expires_at } = await share(24);
  expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(23 * 3_600_000);
  for (const path of [
    `/runs/${RUN}`,
    `/runs/${RUN}/skeleton?ids=true`,
    `/runs/${RUN}/actions?from=0`,
    `/runs/${RUN}/labels`,
    "/session",
  ])
    expect({ path, status: (await ask(path, secret)).status }).toEqual({ path, status: 200 });
  for (const path of ["/actions?last=all", "/files?last=all", "/decisions?last=all"]) {
    const { status, text, body } = await ask(path, secret);
    expect(status).toBe(200);
    expect(body.data.length).toBeGreaterThan(0);
    expect(text).not.toContain(OTHER_RUN);
    expect(text).not.toContain("hidden");
  }
  expect((await ask(`/actions?last=all&run=${OTHER_RUN}`, secret)).body.data).toEqual([]);
  for (const path of [
    `/runs/${OTHER_RUN}`,
    `/runs/${OTHER_RUN}/skeleton`,
    `/runs/${OTHER_RUN}/labels`,
    `/actions/${other.id}`,
    `/actions/${other.id}/labels`,
  ])
    expect({ path, status: (await ask(path, secret)).status }).toEqual({ path, status: 404 });
  for (const path of [
    "/runs",
    "/tools",
    "/agents",
    "/sessions",
    "/errors",
    "/stats",
    "/labels",
    "/producers",
    "/saved-views",
    "/dead-letters",
    `/runs/${RUN}/shares`,
  ])
    expect({ path, status: (await ask(path, secret)).status }).toEqual({ path, status: 403 });
  const label = { method: "POST", body: JSON.stringify({ name: "good" }) };
  expect((await ask(`/runs/${RUN}/labels`, secret, label)).status).toBe(403);
});

test("a link can be made for a run that its maker sees only, lists show no secret, and a revoked one is refused", async () => {
  const body = JSON.stringify({});
  expect((await ask(`/runs/${RUN}/shares`, limited, { method: "POST", body })).status).toBe(404);
  const wrong = JSON.stringify({ expires_in_hours: 0 });
  expect((await ask(`/runs/${RUN}/shares`, token, { method: "POST", body: wrong })).body.detail).toBe(
    "expires_in_hours has to be a whole number from 1 to 2160",
  );
  const { id, secret } = await share();
  const listed = await ask(`/runs/${RUN}/shares`, token);
  expect(listed.text).toContain(id);
  expect(listed.text).not.toContain(secret);
  expect((await ask(`/runs/${RUN}/shares`, limited)).body.data).toEqual([]);
  expect((await ask(`/runs/${RUN}/shares/${id}`, limited, { method: "DELETE" })).status).toBe(404);
  expect((await ask(`/runs/${RUN}/shares/${id}`, token, { method: "DELETE" })).status).toBe(204);
  expect((await ask(`/runs/${RUN}`, secret)).status).toBe(401);
  const expired = await share();
  await pool.query("update agent_action_shares set expires_at = now() where id = $1", [expired.id]);
  expect((await ask(`/runs/${RUN}`, expired.secret)).status).toBe(401);
});

test("in a browser: the link leads to the run, its secret is in no address, log or request line, and revoking ends the page", async () => {
  const { page: owner } = await openPage(browser, `${url}/runs/${RUN}`);
  await owner.getByLabel("Token").fill(token);
  await owner.getByRole("button", { name: "Sign in" }).click();
  await owner.getByRole("button", { name: "Share", exact: true }).click();
  await owner.getByRole("button", { name: "Make a link" }).click();
  const link = await owner.getByLabel("The link").inputValue();
  const secret = link.slice(link.indexOf("#") + 1);

  const { page, problems } = await openPage(browser, link);
  const urls: string[] = [];
  page.on("request", (sent) => urls.push(`${sent.url()} ${sent.headers().referer ?? ""}`));
  await page.locator(".tree-row").first().waitFor();
  expect(await rowNames(page)).toEqual(["plan", "Read", "Bash", "grep", "Write"]);
  expect(page.url()).toBe(`${url}/runs/${RUN}`);
  expect(await page.locator(".main-nav a").count()).toBe(0);
  expect(await page.getByRole("button", { name: "Share", exact: true }).count()).toBe(0);
  await page.getByRole("button", { name: "Transcript" }).click();
  await page.locator(".transcript li").nth(4).waitFor();
  await page.goto(`${url}/runs/${OTHER_RUN}`);
  await page.getByText("This link shows another run").waitFor();
  await page.goto(`${url}/runs/${RUN}`);
  await page.locator(".tree-row").first().waitFor();
  const stream = page.waitForResponse(
    (response) => response.url().includes("/stream") && response.status() === 401,
  );

  await owner.locator(".share li").first().getByRole("button", { name: "Revoke" }).click();
  await stream;
  await page.reload();
  await page.getByLabel("Token").first().waitFor();
  await page.goto(link);
  await page.getByText("has expired or was revoked").waitFor();
  expect(problems).toEqual([]);
  expect(urls.join("\n")).not.toContain(secret);
  await Promise.all([page.context().close(), owner.context().close()]);

  await expect
    .poll(async () => {
      const { rows } = await pool.query("select token_name, path, query from agent_action_access_log");
      return rows.filter(({ token_name }) => String(token_name).startsWith("share:")).length;
    })
    .toBeGreaterThan(3);
  const { rows } = await pool.query("select * from agent_action_access_log");
  expect(JSON.stringify(rows)).not.toContain(secret);
  expect(logged.join("\n")).not.toContain(secret);
});

test("views have a name, lead to the page that was saved, and to no other host", async () => {
  const { page, problems } = await openPage(browser, `${url}/runs?last=all&agent=coder&columns=title,state`);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("[data-row]").first().waitFor();
  await page.getByRole("button", { name: "Save view" }).click();
  await page.getByLabel("Name of the view").fill("Runs of the coder <script>");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "Views" }).click();
  await page.getByText("Runs of the coder <script>").click();
  await page.locator("[data-row]").first().waitFor();
  const { pathname, search } = new URL(page.url());
  expect(pathname + search).toBe("/runs?last=all&agent=coder&columns=title,state");
  expect(await page.locator("th").allTextContents()).toEqual(["Run", "State"]);
  expect(problems).toEqual([]);

  const save = (name: string, location: string) =>
    ask("/saved-views", token, { method: "POST", body: JSON.stringify({ name, location }) });
  for (const location of ["//evil.test/", "/\\evil.test", "https://evil.test/", "runs", "/a b"])
    expect((await save("elsewhere", location)).status).toBe(400);
  expect((await save("Runs of the coder <script>", "/live")).status).toBe(409);
  expect((await ask("/saved-views", limited)).body.data).toEqual([]);
  await page.goto(`${url}/views`);
  await page.getByRole("button", { name: "Remove Runs of the coder <script>" }).click();
  await page.getByText("gives the page that is shown a name").waitFor();
  await page.context().close();
});

test("users of a proxy are known by its header, from its addresses only, and what comes by it is never free", async () => {
  const env = {
    AGENT_ACTIONS_PROXY_USER_HEADER: "X-Forwarded-User",
    AGENT_ACTIONS_PROXY_ADDRESSES: "127.0.0.7, 10.0.0.0/8",
    AGENT_ACTIONS_PROXY_WRITERS: "maria",
  };
  const { port } = new URL(await serveBy(postgres, env, log));
  /** Asks from one of the addresses of this machine. */
  const from = (localAddress: string, path: string, headers: Record<string, string> = {}, body?: object) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sent = request(
        {
          port,
          host: "127.0.0.1",
          localAddress,
          path: `/api/v1${path}`,
          method: body ? "POST" : "GET",
          headers: { "content-type": "application/json", ...headers },
        },
        (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode, text }));
        },
      );
      sent.on("error", reject);
      sent.end(body && JSON.stringify(body));
    });
  const proxy = "127.0.0.7";
  const session = await from(proxy, "/session", { "x-forwarded-user": "jo" });
  expect(JSON.parse(session.text)).toEqual({ name: "user:jo", scopes: ["read"], projects: null, run: null });
  expect((await from(proxy, "/runs")).status).toBe(401);
  expect((await from(proxy, "/runs", { "x-forwarded-user": "jo, maria" })).status).toBe(401);
  const label = { name: "by a user" };
  const path = `/runs/${RUN}/labels`;
  expect((await from(proxy, path, { "x-forwarded-user": "jo" }, label)).status).toBe(403);
  const written = await from(proxy, path, { "x-forwarded-user": "maria" }, label);
  expect(JSON.parse(written.text)).toMatchObject({ token_name: "user:maria" });
  // Whoever is not the proxy may say what it likes: on loopback reading is free, and writing needs a token.
  const direct = await from("127.0.0.1", "/session", { "x-forwarded-user": "maria" });
  expect(JSON.parse(direct.text)).toMatchObject({
    name: null,
    scopes: expect.not.arrayContaining(["write"]),
  });
  expect((await from("127.0.0.1", path, { "x-forwarded-user": "maria" }, label)).status).toBe(401);
  // A token counts beside the proxy, as for programs.
  const program = await from(proxy, "/session", {
    authorization: `Bearer ${token}`,
    "x-forwarded-user": "jo",
  });
  expect(JSON.parse(program.text)).toMatchObject({ name: "operator" });
});
