import { expect, test } from "vitest";
import { type ServiceOptions, startService } from "../../src/service.js";
import { actions, createHarness, untilConsumed } from "./consumer-harness.js";

const harness = await createHarness();
const options = (overrides: ServiceOptions = {}): ServiceOptions => ({
  ...harness.options(),
  http: { port: 0 },
  ...overrides,
});

test("what was consumed can be read at the port of /health, compressed where that is asked for", async () => {
  const service = await startService(options());
  await service.consumer.ready;
  await harness.produce("action", actions(30));
  await untilConsumed(service.consumer, 30);
  const response = await fetch(`${service.url}/api/v1/actions?last=all`);
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(((await response.json()) as { data: unknown[] }).data).toHaveLength(30);
  expect(
    (await fetch(`${service.url}/api/v1/actions`, { headers: { origin: "http://evil.test" } })).status,
  ).toBe(403);
  expect((await fetch(`${service.url}/api/v2`)).status).toBe(404);
  await service.stop();
});

test("a token of the environment is asked for, and lets its bearer in", async () => {
  const service = await startService(options({ api: { token: "s3cret" } }));
  const ask = (token?: string) =>
    fetch(`${service.url}/api/v1/actions`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
  expect([(await ask()).status, (await ask("wrong")).status, (await ask("s3cret")).status]).toEqual([
    401, 401, 200,
  ]);
  await service.stop();
});

test("while Postgres is away, the API is 503; without its tables it says what to run", async () => {
  const away = await startService(options({ postgres: { host: "127.0.0.1", port: 1, user: "nobody" } }));
  const response = await fetch(`${away.url}/api/v1/actions`);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  await away.stop(0).catch(() => undefined);

  const empty = await createHarness({ migrated: false });
  const bare = await startService({ ...empty.options(), http: { port: 0 } });
  const problem = (await (await fetch(`${bare.url}/api/v1/runs`)).json()) as {
    status: number;
    detail: string;
  };
  expect(problem).toMatchObject({ status: 503, detail: expect.stringContaining("agent-actions migrate") });
  await bare.stop(0).catch(() => undefined);
});

test("without the API there is no such path", async () => {
  const service = await startService(options({ api: { enabled: false } }));
  expect((await fetch(`${service.url}/api/v1/actions`)).status).toBe(404);
  await service.stop();
});
