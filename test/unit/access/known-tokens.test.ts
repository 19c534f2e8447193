import { expect, test } from "vitest";
import { createAccess, tokenOf } from "../../../src/access/authorize.js";
import { EventQuota } from "../../../src/access/event-quota.js";
import { KnownTokens } from "../../../src/access/known-tokens.js";
import { Secret } from "../../../src/config/secret.js";
import { secretDigest, type ValidAccessToken } from "../../../src/store/access-tokens.js";

const stored = (secret: string, fields: Partial<ValidAccessToken> = {}): ValidAccessToken => ({
  name: secret,
  token_sha256: secretDigest(secret),
  scopes: ["read"],
  projects: null,
  events_per_minute: null,
  created_at: new Date(),
  expires_at: null,
  revoked_at: null,
  ...fields,
});

function tokensIn(table: ValidAccessToken[] | Error, given: string[] = []) {
  const world = { now: 0, table, loads: 0, made: [] as string[] };
  const tokens = new KnownTokens({
    given: given.map((secret) => tokenOf(new Secret(secret), ["read"])),
    async load() {
      world.loads++;
      if (world.table instanceof Error) throw world.table;
      return world.table;
    },
    onMade: (secret) => world.made.push(secret.reveal()),
    now: () => world.now,
  });
  return { world, find: (secret: string) => tokens.find(secretDigest(secret)), tokens };
}

test("a token of the table is found, without the table being asked each time", async () => {
  const { world, find } = tokensIn([stored("one", { projects: ["shop"], events_per_minute: 5 })]);
  for (let count = 0; count < 10; count++)
    expect(await find("one")).toMatchObject({ name: "one", projects: ["shop"], eventsPerMinute: 5 });
  expect(world.loads).toBe(1);
});

test("a token that is revoked is not found any more after some seconds", async () => {
  const { world, find } = tokensIn([stored("one")]);
  expect(await find("one")).toBeDefined();
  world.table = [stored("two")];
  world.now += 6_000;
  expect(await find("one")).toBeUndefined();
  expect(await find("two")).toBeDefined();
});

test("a new token is found at once, and unknown ones do not have the table asked again and again", async () => {
  const { world, find } = tokensIn([stored("one")]);
  await find("one");
  world.now += 1_000;
  world.table = [stored("one"), stored("new")];
  expect(await find("new")).toBeDefined();
  const { loads } = world;
  for (let count = 0; count < 100; count++) await find(`guess ${count}`);
  expect(world.loads).toBe(loads);
});

test("of two of the environment that are the same, the first holds", async () => {
  const given = [tokenOf(new Secret("one"), ["read", "ingest"]), tokenOf(new Secret("one"), ["ingest"])];
  const tokens = new KnownTokens({ given, load: async () => [], onMade: () => undefined });
  expect((await tokens.find(secretDigest("one")))?.scopes).toEqual(["read", "ingest"]);
});

test("one that has expired meanwhile is not found", async () => {
  const { find } = tokensIn([stored("one", { expires_at: new Date(Date.now() - 1) })]);
  expect(await find("one")).toBeUndefined();
});

test("while Postgres is away, what was known holds for an hour, and nobody is taken for unknown", async () => {
  const { world, find } = tokensIn([stored("one")]);
  await find("one");
  world.table = new Error("away");
  world.now += 3_000_000;
  expect(await find("one")).toBeDefined();
  world.now += 3_700_000;
  await expect(find("one")).rejects.toMatchObject({ status: 503 });
  const never = tokensIn(new Error("away"), ["given"]);
  await expect(never.find("one")).rejects.toMatchObject({ status: 503 });
  expect(await never.find("given")).toBeDefined();
});

test("a token is made once where there is none, and holds until there is one", async () => {
  const { world, find, tokens } = tokensIn([]);
  await tokens.refresh();
  expect(world.made).toHaveLength(1);
  const [made = ""] = world.made;
  expect((await find(made))?.scopes).toEqual(["read", "write", "ingest"]);
  world.now += 6_000;
  await find(made);
  expect(world.made).toHaveLength(1);
  world.table = [stored("one")];
  world.now += 6_000;
  expect(await find(made)).toBeUndefined();
  const given = tokensIn([], ["given"]);
  await given.tokens.refresh();
  expect(given.world.made).toEqual([]);
});

test("who has no token, an unknown one, or one without the scope is told what to do", async () => {
  const { find } = tokensIn([stored("one")]);
  const access = createAccess({
    find: async (digest) => (digest.equals(secretDigest("one")) ? find("one") : undefined),
    free: new Set(["ingest"]),
  });
  const ask = (scope: "read" | "write" | "ingest", authorization?: string) =>
    access.authorize(new Headers(authorization === undefined ? {} : { authorization }), scope);
  expect(await ask("ingest")).toMatchObject({ name: undefined, hasToken: false });
  expect(await ask("read", "bearer  one")).toMatchObject({ name: "one", hasToken: true });
  await expect(ask("read")).rejects.toMatchObject({
    status: 401,
    message: expect.stringContaining("agent-actions token create NAME --scopes read"),
    headers: { "www-authenticate": expect.stringContaining("Bearer") },
  });
  for (const wrong of ["Bearer two", "Bearer ", "Basic one", "one"])
    await expect(ask("read", wrong)).rejects.toMatchObject({ status: 401 });
  await expect(ask("write", "Bearer one")).rejects.toMatchObject({ status: 403 });
  // A wrong token is refused also where none is needed.
  await expect(ask("ingest", "Bearer two")).rejects.toMatchObject({ status: 401 });
});

test("a quota refills by the minute, is each token's own, and lets a large request pass on credit", () => {
  let now = 0;
  const quota = new EventQuota(undefined, () => now);
  const one = { name: "one", projects: undefined, eventsPerMinute: 60, hasToken: true, scopes: [] };
  expect(quota.take(one, 30)).toBeUndefined();
  expect(quota.take(one, 150)).toBeUndefined();
  expect(quota.take(one, 1)).toBe(121);
  expect(quota.take({ ...one, name: "two" }, 60)).toBeUndefined();
  now += 121_000;
  expect(quota.take(one, 1)).toBeUndefined();
  expect(quota.take({ ...one, eventsPerMinute: undefined }, 1_000_000)).toBeUndefined();
});
