/** The evidence log as a service keeps and serves it: for who checks it without this package. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { GrowingRoot, leafHash, verifyConsistency, verifyInclusion } from "../../src/evidence/merkle.js";
import { formatSigningKey, generateKey, readCheckpoint } from "../../src/evidence/note.js";
import { readCheckpoints } from "../../src/evidence/witness.js";
import { startService } from "../../src/service.js";
import { createAccessToken } from "../../src/store/access-tokens.js";
import { kafkaBootstrap, uniqueName } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { captureOutput, quietContext } from "../unit/cli/captured-output.js";
import { action, createHarness } from "./consumer-harness.js";
import { poolOn } from "./store-fixture.js";

const folder = await mkdtemp(join(tmpdir(), "agent-actions-evidence-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const key = generateKey("example.com/agent-actions");
const keyFile = join(folder, "audit.key");
await writeFile(keyFile, formatSigningKey(key));
const witnessFile = join(folder, "witness");
const witnessTopic = uniqueName("witness");

const harness = await createHarness();
const admin = harness.kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: witnessTopic }], waitForLeaders: true });
await admin.disconnect();

const service = await startService({
  ...harness.options(),
  http: { port: 0 },
  api: { token: "the-token-of-the-environment" },
  evidence: { keyFile, witnessFile, witnessTopic, intervalMillis: 100 },
});
afterAll(() => service.stop(10_000).catch(() => undefined));

const get = (path: string, token = "the-token-of-the-environment", method = "GET") =>
  fetch(`${service.url}${path}`, {
    method,
    headers: token === "" ? {} : { authorization: `Bearer ${token}` },
  });

/** The newest checkpoint. */
async function head() {
  const response = await get("/checkpoint");
  return response.ok ? readCheckpoint(await response.text(), key.verifier) : undefined;
}

/** All that the log has an action for, by what it serves alone. */
async function entriesOf(size: number): Promise<Buffer[]> {
  const entries: Buffer[] = [];
  for (let number = 0; number * 256 < size; number++) {
    const width = Math.min(size - number * 256, 256);
    const path = `/tile/entries/${String(number).padStart(3, "0")}${width === 256 ? "" : `.p/${width}`}`;
    let rest = Buffer.from(await (await get(path)).arrayBuffer());
    for (; rest.length > 0; rest = rest.subarray(2 + rest.readUInt16BE()))
      entries.push(rest.subarray(2, 2 + rest.readUInt16BE()));
  }
  return entries;
}

test("each stored action is an entry under a signed root, which witnesses get too", async () => {
  await harness.produce(
    "action",
    Array.from({ length: 600 }, (_, at) => action(at)),
  );
  await until(async () => {
    const size = (await head())?.size ?? 0;
    const entries = await entriesOf(size);
    return new Set(entries.map((entry) => (JSON.parse(entry.toString()) as { id?: string }).id)).size > 600;
  });
  const checkpoint = await head();
  const size = checkpoint?.size ?? 0;
  const entries = await entriesOf(size);
  expect(entries).toHaveLength(size);
  const tree = new GrowingRoot();
  for (const entry of entries) tree.add(leafHash(entry));
  expect(checkpoint?.root).toEqual(tree.root());
  const tile = Buffer.from(await (await get("/tile/0/000")).arrayBuffer());
  expect(tile).toEqual(Buffer.concat(entries.slice(0, 256).map(leafHash)));
  expect(entries.find((entry) => entry.includes('"kind":"action"'))?.toString()).toMatch(
    new RegExp(
      `^\\{"kind":"action","id":"[0-9a-f-]{36}","created_at":"[^"]+","sha256":"[0-9a-f]{64}","kafka":"${harness.topics.action}/\\d+/\\d+","logged_at":"[^"]+"\\}$`,
    ),
  );
  await until(async () =>
    readCheckpoints(await readFile(witnessFile, "utf8")).some(
      (note) => readCheckpoint(note, key.verifier)?.size === size,
    ),
  );
  await until(() => Number((service.consumer.metrics() as { lag: number }).lag) === 0);
  const topic = await harness.kafka.admin();
  await topic.connect();
  const offsets = await topic.fetchTopicOffsets(witnessTopic);
  await topic.disconnect();
  expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBeGreaterThan(0);
  const metrics = await (await get("/metrics?format=json")).json();
  expect(metrics).toMatchObject({ evidence: { active: true, witness_failures: 0, failures: 0 } });
});

test("what is not there, and who may not ask", async () => {
  const size = (await head())?.size ?? 0;
  expect((await get("/checkpoint", "")).status).toBe(401);
  expect((await get("/tile/0/000", "wrong")).status).toBe(401);
  expect((await get("/checkpoint", undefined, "POST")).status).toBe(405);
  for (const path of [
    `/tile/0/${String(Math.ceil(size / 256)).padStart(3, "0")}`,
    "/tile/9/000",
    "/tile/x",
    "/tile/0/000.p/256",
    "/tile/0/..%2f",
  ])
    expect((await get(path)).status, path).toBe(404);
  expect((await get("/tile/0/000.p/17")).headers.get("cache-control")).toContain("immutable");
  const pool = poolOn(harness.databaseUrl);
  const secret =
    (await createAccessToken(pool, { name: "shop", scopes: ["read"], projects: ["shop"] })) ?? "";
  // A service learns of a new token within seconds.
  await until(async () => (await get("/checkpoint", secret)).status === 403);
});

test("proofs of the command hold, and say of what", async () => {
  const cli = async (...args: string[]) => {
    const out = captureOutput();
    const env = { DATABASE_URL: harness.databaseUrl, KAFKA_BOOTSTRAP_SERVERS: kafkaBootstrap() };
    const code = await runCli(["audit", ...args, "--key-file", keyFile], quietContext(out, env));
    return { code, text: out.results.join("\n") };
  };
  const [row] = await harness.query<{ id: string }>("select id::text from agent_actions limit 1");
  const { text } = await cli("prove", "--row", row?.id ?? "", "--json");
  const proof = JSON.parse(text) as {
    index: number;
    entry: string;
    size: number;
    root: string;
    proof: string[];
    checkpoint: string;
  };
  const root = Buffer.from(proof.root, "base64");
  expect(readCheckpoint(proof.checkpoint, key.verifier)).toMatchObject({ size: proof.size, root });
  expect(JSON.parse(proof.entry)).toMatchObject({ kind: "action", id: row?.id });
  expect(
    verifyInclusion(
      { index: proof.index, size: proof.size, leaf: leafHash(Buffer.from(proof.entry)), root },
      proof.proof.map((hash) => Buffer.from(hash, "base64")),
    ),
  ).toBe(true);
  const grown = JSON.parse((await cli("prove", "--from-size", "100", "--json")).text) as {
    from_root: string;
    size: number;
    root: string;
    proof: string[];
  };
  expect(
    verifyConsistency(
      { size: 100, root: Buffer.from(grown.from_root, "base64") },
      { size: grown.size, root: Buffer.from(grown.root, "base64") },
      grown.proof.map((hash) => Buffer.from(hash, "base64")),
    ),
  ).toBe(true);
  expect((await cli("prove", "--leaf", "3")).text).toMatch(/^c2sp.org\/tlog-proof@v1\nindex 3\n/);
  expect((await cli("verify", "--checkpoint", witnessFile, "--wait", "60")).code).toBe(0);
  for (const wrong of [
    ["prove"],
    ["prove", "--leaf", "1", "--from-size", "1"],
    ["prove", "--row", "x"],
    ["nothing"],
    ["keygen"],
  ])
    expect((await cli(...wrong)).code, wrong.join(" ")).toBe(64);
  expect((await cli("prove", "--leaf", "99999999")).code).toBe(1);
  expect((await cli("keygen", "x")).code, "a key that is there stays").toBe(1);
});
