import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
} from "kafkajs";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { type ActionPublisher, createActionPublisher } from "../../exporter/index.js";
import type { ConsumerOptions } from "../../src/consumer/index.js";
import { createAuthority } from "../helpers/certificates.js";
import { diagLines, textsAt } from "../helpers/diag-lines.js";
import { startSecuredKafka } from "../helpers/secured-kafka.js";
import { until } from "../helpers/until.js";
import { type Ended, plainEnv, startCli } from "./cli-program.js";
import { createHarness } from "./consumer-harness.js";

const USERS = { agent: "agent-secret", consumer: "consumer-secret" };

const authority = await createAuthority("authority of the broker");
afterAll(() => authority.close());
const kafka = await startSecuredKafka(authority, USERS);
afterAll(() => kafka.close());
const harness = await createHarness({ brokers: kafka.plaintext });
const admin = harness.kafka.admin();
await admin.connect();
// Before the broker ends.
afterAll(() => admin.disconnect());
const lines = diagLines();

const login = (username: keyof typeof USERS) => ({
  mechanism: "plain" as const,
  username,
  password: USERS[username],
});
const ssl = { ca: authority.ca };

/** docs/kafka-acls.sh with a stand-in for Kafka's own program: what it was called with. */
async function documentedRights(): Promise<AclEntry[]> {
  const folder = await mkdtemp(join(tmpdir(), "acls-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "kafka-acls.sh"), `#!/bin/sh\nprintf '%s\\n' "$*" >> "${folder}/calls"\n`, {
    mode: 0o755,
  });
  const topics = Object.entries(harness.topics).map(([role, name]) => [
    `AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`,
    name,
  ]);
  await promisify(execFile)("sh", ["docs/kafka-acls.sh", "--bootstrap-server", kafka.plaintext], {
    env: plainEnv({
      ...Object.fromEntries(topics),
      PATH: `${folder}:${process.env.PATH}`,
      KAFKA_GROUP_ID: harness.groupId,
    }),
  });
  const calls = (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
  return calls.flatMap(rightsOf);
}

function rightsOf(call: string): AclEntry[] {
  const values = (option: string) =>
    [...call.matchAll(new RegExp(`--${option} (\\S+)`, "g"))].map(([, value = ""]) => value);
  expect(call).toContain(`--bootstrap-server ${kafka.plaintext}`);
  expect(call).toContain("--add");
  const resources = [
    ...values("topic").map((resourceName) => ({ resourceName, resourceType: AclResourceTypes.TOPIC })),
    ...values("group").map((resourceName) => ({ resourceName, resourceType: AclResourceTypes.GROUP })),
  ];
  return values("allow-principal").flatMap((principal) =>
    resources.flatMap((resource) =>
      values("operation").map((operation) => ({
        ...resource,
        principal,
        host: "*",
        resourcePatternType: ResourcePatternTypes.LITERAL,
        operation: AclOperationTypes[operation.toUpperCase() as "READ" | "WRITE" | "DESCRIBE"],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    ),
  );
}

async function takeAway(right: AclEntry): Promise<() => Promise<unknown>> {
  await admin.deleteAcls({ filters: [right] });
  return () => admin.createAcls({ acl: [right] });
}

function publisher(more: Partial<Parameters<typeof createActionPublisher>[0]> = {}): ActionPublisher {
  const made = createActionPublisher({
    brokers: kafka.saslSsl,
    ssl,
    sasl: login("agent"),
    topics: harness.topics,
    flushOnExit: false,
    shutdownTimeoutMillis: 1_000,
    ...more,
  });
  onTestFinished(() => made.close());
  return made;
}

const secured = (more: ConsumerOptions = {}): ConsumerOptions => ({
  kafka: { brokers: kafka.saslSsl, ssl, sasl: login("consumer") },
  unhealthyAfterMillis: 1_500,
  topicCheckMillis: 500,
  ...more,
});

const publish = (to: ActionPublisher, toolName: string) =>
  to.publishToolCall({ agentName: "agent", toolName });
const stored = async (toolName: string): Promise<boolean> =>
  (await harness.query("select 1 from agent_actions where action_name = $1", [toolName])).length === 1;

test("with the rights of docs/kafka-acls.sh an agent writes, a consumer stores, and doctor finds all well; without one each says which", async (t) => {
  const rights = await documentedRights();
  expect(rights).toHaveLength(9 * 2 + 9 * 2 + 1 + 2);
  await admin.createAcls({ acl: rights });
  const right = (resource: string, operation: "READ" | "WRITE"): AclEntry => {
    const found = rights.find(
      (entry) => entry.resourceName === resource && entry.operation === AclOperationTypes[operation],
    );
    if (!found) throw new Error(`no right to ${operation} ${resource}`);
    return found;
  };
  const { action, dead_letter } = harness.topics;

  const agent = publisher();
  expect(await publish(agent, "allowed")).toBe(true);
  const consumer = await harness.start(secured());
  expect(await consumer.ready).toBe(true);
  await until(() => stored("allowed"));
  await harness.produce("action", [{ value: "bad" }]);
  expect(await harness.deadLetters(1)).toHaveLength(1);

  // An agent without WRITE keeps its event, and says what is missing.
  let giveBack = await takeAway(right(action, "WRITE"));
  const late = publish(agent, "late");
  await until(() =>
    textsAt(lines, "warn").some((text) =>
      text.includes(`does not allow writing to the topic "${action}": TOPIC_AUTHORIZATION_FAILED`),
    ),
  );
  await giveBack();
  expect(await late).toBe(true);
  await until(() => stored("late"));

  // A consumer without WRITE on dead letters holds the bad record only.
  giveBack = await takeAway(right(dead_letter, "WRITE"));
  await harness.produce("action", [{ value: "worse" }]);
  await until(() =>
    consumer.status().problems.some((text) => text.startsWith("the dead-letter topic takes nothing")),
  );
  expect(consumer.metrics().last_error).toMatchObject({
    component: "dead_letter_topic",
    message: expect.stringMatching(/authoriz/i),
  });
  await publish(agent, "beside");
  await until(() => stored("beside"));
  await giveBack();
  await until(() => consumer.status().healthy);
  expect(await harness.deadLetters(2)).toHaveLength(2);

  // Without READ on a topic or on the group nothing is read until the right is given, and nobody has to restart it.
  for (const resource of [action, harness.groupId]) {
    giveBack = await takeAway(right(resource, "READ"));
    await publish(agent, `waits for ${resource}`);
    await until(() => consumer.status().problemReasons.includes("kafka") && !consumer.status().healthy);
    expect(consumer.metrics().last_error).toMatchObject({
      component: "kafka",
      message: expect.stringMatching(/not authorized/i),
    });
    await giveBack();
    await until(() => stored(`waits for ${resource}`));
    await until(() => consumer.status().healthy);
  }
  const folder = await mkdtemp(join(tmpdir(), "ca-"));
  t.onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "ca.pem"), authority.ca);
  const { stdout }: Ended = await startCli(t, ["doctor", "--json"], {
    KAFKA_BOOTSTRAP_SERVERS: kafka.saslSsl,
    AGENT_ACTIONS_KAFKA_SSL: "true",
    AGENT_ACTIONS_KAFKA_SASL_USERNAME: "consumer",
    AGENT_ACTIONS_KAFKA_SASL_PASSWORD: USERS.consumer,
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    KAFKA_GROUP_ID: harness.groupId,
    DATABASE_URL: harness.databaseUrl,
    ...Object.fromEntries(
      Object.entries(harness.topics).map(([role, name]) => [
        `AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`,
        name,
      ]),
    ),
  }).ended;
  const { findings } = JSON.parse(stdout) as { findings: { check: string; status: string }[] };
  const ofKafka = findings.filter(({ check }) =>
    ["bootstrap", "advertised", "topics", "group", "lag"].includes(check),
  );
  expect(ofKafka.filter(({ status }) => status === "fail")).toEqual([]);
  expect(ofKafka.length).toBeGreaterThanOrEqual(4);
  await consumer.stop();
}, 300_000);

test("a client's certificate is a login: its subject is the principal, and without it the broker lets nobody in", async () => {
  const { key, cert } = await authority.issue("machine");
  const rights = (await documentedRights()).map((entry) => ({
    ...entry,
    principal: entry.principal === "User:agent" ? "User:CN=machine" : entry.principal,
  }));
  await admin.createAcls({ acl: rights });
  const known = publisher({
    brokers: kafka.mutualTls,
    ssl: { ca: authority.ca, key, cert },
    sasl: undefined,
  });
  expect(await publish(known, "by certificate")).toBe(true);

  const nobody = publisher({ brokers: kafka.mutualTls, sasl: undefined });
  void publish(nobody, "by nobody");
  await until(() =>
    textsAt(lines, "warn").some(
      (text) => text.includes(kafka.mutualTls) && /certificate|closes the connection/.test(text),
    ),
  );
});

test("SCRAM, a token of a callback and a certificate by environment variables are logins of agent and consumer", async () => {
  const rights = await documentedRights();
  await admin.createAcls({ acl: rights });
  await kafka.addScramUser("agent", "scram-secret");
  const byScram = publisher({
    sasl: { mechanism: "scram-sha-512", username: "agent", password: "scram-secret" },
  });
  expect(await publish(byScram, "by scram")).toBe(true);

  let asked = 0;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = (sub: string) => async () => {
    asked += 1;
    const now = Date.now() / 1_000;
    return `${part({ alg: "none" })}.${part({ sub, iat: now, exp: now + 300 })}.`;
  };
  const byToken = publisher({ sasl: { mechanism: "oauthbearer", token: token("agent") } });
  expect(await publish(byToken, "by token")).toBe(true);
  expect(asked).toBeGreaterThan(0);

  const folder = await mkdtemp(join(tmpdir(), "mutual-tls-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { key, cert } = await authority.issue("by-files");
  const files = { CA: authority.ca, CERT: cert, KEY: key };
  for (const [name, pem] of Object.entries(files)) await writeFile(join(folder, name), pem);
  await admin.createAcls({
    acl: rights.map((entry) => ({
      ...entry,
      principal: entry.principal === "User:consumer" ? "User:CN=by-files" : entry.principal,
    })),
  });
  const consumer = await harness.start({
    ...secured(),
    kafka: { brokers: kafka.mutualTls },
    env: Object.fromEntries(
      Object.keys(files).map((name) => [`AGENT_ACTIONS_KAFKA_SSL_${name}_FILE`, join(folder, name)]),
    ),
  });
  expect(await consumer.ready).toBe(true);
  await until(async () => (await stored("by scram")) && (await stored("by token")));
  await consumer.stop();
  const shown = JSON.stringify([harness.logLines, lines]);
  for (const secret of ["scram-secret", part({ alg: "none" }), key.slice(60, 120)])
    expect(shown).not.toContain(secret);
}, 300_000);

test("a server whose certificate another authority issued, and a wrong password, are refused with what to check", async () => {
  const stranger = await createAuthority("somebody else");
  onTestFinished(() => stranger.close());
  void publish(publisher({ ssl: { ca: stranger.ca } }), "to a stranger");
  await until(() =>
    textsAt(lines, "warn").some((text) => text.includes(kafka.saslSsl) && /certificate/.test(text)),
  );
  void publish(publisher({ sasl: { ...login("agent"), password: "wrong" } }), "by a stranger");
  await until(() => textsAt(lines, "warn").some((text) => text.includes("refused the login")));
});
