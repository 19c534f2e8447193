import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createGuard } from "../../../src/devstack/guard.js";
import {
  dockerKafkaCommand,
  dockerKafkaEnvironment,
  KAFKA_IMAGE,
} from "../../../src/devstack/kafka-docker.js";
import { kafkaSettings } from "../../../src/devstack/kafka-node.js";

const COMPOSE_FILE = new URL("../../../docker-compose.yml", import.meta.url);
const LISTENERS = { clients: "127.0.0.1:1", advertised: "127.0.0.1:1", controller: "127.0.0.1:2" };

test("every listener is on the loopback interface and every listener has a protocol", () => {
  const settings = kafkaSettings(LISTENERS, "/data");
  expect(settings.listeners).toBe("PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2");
  expect(settings["advertised.listeners"]).toBe("PLAINTEXT://127.0.0.1:1");
  expect(settings["inter.broker.listener.name"]).toBe("PLAINTEXT");
  const names = settings["listener.security.protocol.map"]?.split(",").map((entry) => entry.split(":")[0]);
  expect(names).toEqual(expect.arrayContaining(["PLAINTEXT", "CONTROLLER", "INTERNAL"]));
});

test("internal topics are small and single, and no topic is made by accident", () => {
  expect(kafkaSettings(LISTENERS, "/data")).toMatchObject({
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
  });
});

test("docker-compose.yml has the image and the settings of the development stack", async () => {
  const text = await readFile(COMPOSE_FILE, "utf8");
  const variables = [...text.matchAll(/^ {6}(KAFKA_\w+): "(.*)"$/gm)].map(([, name, value]) => [name, value]);
  expect(Object.fromEntries(variables)).toEqual(dockerKafkaEnvironment("127.0.0.1:9092"));
  expect(text).toContain(`image: ${KAFKA_IMAGE}\n`);
});

test("docker-compose.yml opens no port to other machines", async () => {
  const text = await readFile(COMPOSE_FILE, "utf8");
  const ports = [...text.matchAll(/^ {4}ports:\n((?: {6}- .*\n)+)/gm)].flatMap(([, list = ""]) =>
    list.trim().split("\n"),
  );
  expect(ports.map((line) => line.trim())).toEqual(['- "127.0.0.1:9092:9092"', '- "127.0.0.1:5432:5432"']);
});

test("a container is reached, signalled and cleaned up by the name that its cluster id gives it", async () => {
  const guard = createGuard();
  await guard.close();
  const home = { folder: "/home", temporary: true, guard };
  const node = { home, folder: "/home/kafka", env: {}, clusterId: "b3RlbC1hZ2VudC1hY3Rpbw" };
  const command = dockerKafkaCommand(node, 23_456);
  const name = "agent-actions-kafka-6f74656c2d6167656e742d616374696f";
  expect(command.args.slice(0, 8)).toEqual([
    ...["run", "--rm", "--name", name, "--publish", "127.0.0.1:23456:9092"],
    ...["--volume", `${name}:/var/lib/kafka/data`],
  ]);
  expect(command.args).toContain("CLUSTER_ID=b3RlbC1hZ2VudC1hY3Rpbw");
  expect(command.args).toContain(
    "KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:23456,INTERNAL://127.0.0.1:9094",
  );
  expect(command.args.at(-1)).toBe("apache/kafka:4.1.1");
  expect(command.signalCommand).toEqual(["docker", "kill", "--signal", "{signal}", name]);
  expect(command.cleanupCommand).toEqual(["docker", "volume", "rm", "--force", name]);
  const kept = dockerKafkaCommand({ ...node, home: { ...home, temporary: false } }, 23_456);
  expect(kept.cleanupCommand).toBeUndefined();
  expect(kept.endSignal).toBe("SIGTERM");
});
