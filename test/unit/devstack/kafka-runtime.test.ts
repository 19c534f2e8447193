import { expect, test } from "vitest";
import { type CommandProbe, chooseKafkaRuntime, javaMajor } from "../../../src/devstack/kafka-runtime.js";

const JAVA_11 = 'openjdk version "11.0.2" 2019-01-15';
const JAVA_17 = 'openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment';
const DAEMON_DOWN = "Client: 28\nCannot connect to the Docker daemon. Is it running?";

/** A machine that has these commands, each with what it says. */
function machine(commands: Readonly<Record<string, string>>): CommandProbe {
  return async (command) => {
    const output = commands[command];
    if (output === undefined) return { ok: false, output: `spawn ${command} ENOENT` };
    return { ok: output !== DAEMON_DOWN, output };
  };
}

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['openjdk version "26-ea" 2026-03-17', 26],
  ['java version "1.8.0_402"', 8],
  ["The operation couldn't be completed. Unable to locate a Java Runtime.", undefined],
])("the major version in %j is %s", (output, major) => {
  expect(javaMajor(output)).toBe(major);
});

test("Java with Maven is preferred to Docker", async () => {
  const probe = machine({ java: JAVA_17, mvn: "Apache Maven 3.8.7", docker: "28.2.2" });
  const runtime = await chooseKafkaRuntime({ probe, fetched: false, env: {}, platform: "linux" });
  expect(runtime).toEqual({ kind: "java", java: "java", fetch: true });
});

test("Maven is not needed once Kafka is in the cache", async () => {
  const runtime = await chooseKafkaRuntime({ probe: machine({ java: JAVA_17 }), fetched: true, env: {} });
  expect(runtime).toEqual({ kind: "java", java: "java", fetch: false });
});

test("the Java of JAVA_HOME is preferred, unless it is too old", async () => {
  const env = { JAVA_HOME: "/opt/jdk" };
  const fresh = machine({ "/opt/jdk/bin/java": JAVA_17, java: JAVA_17 });
  expect(await chooseKafkaRuntime({ probe: fresh, fetched: true, env })).toMatchObject({
    java: "/opt/jdk/bin/java",
  });
  const stale = machine({ "/opt/jdk/bin/java": JAVA_11, java: JAVA_17 });
  expect(await chooseKafkaRuntime({ probe: stale, fetched: true, env })).toMatchObject({ java: "java" });
});

test("on Windows Maven is looked for under the name that it has there", async () => {
  const probe = machine({ java: JAVA_17, "mvn.cmd": "Apache Maven 3.9.11" });
  const runtime = await chooseKafkaRuntime({ probe, fetched: false, env: {}, platform: "win32" });
  expect(runtime).toMatchObject({ kind: "java", fetch: true });
});

test.each([
  ["Java is missing", { mvn: "Apache Maven 3.8.7" }],
  ["Java is too old", { java: JAVA_11, mvn: "Apache Maven 3.8.7" }],
  ["Maven is missing", { java: JAVA_17 }],
])("Docker is used when %s", async (_, commands) => {
  const probe = machine({ ...commands, docker: "28.2.2" });
  const runtime = await chooseKafkaRuntime({ probe, fetched: false, env: {}, platform: "linux" });
  expect(runtime).toEqual({ kind: "docker" });
});

test("without any of them one message says what was found and what to install", async () => {
  const probe = machine({ java: JAVA_11, docker: DAEMON_DOWN });
  const chosen = chooseKafkaRuntime({ probe, fetched: false, env: {}, platform: "linux" });
  await expect(chosen).rejects.toMatchObject({ code: "AGENT_ACTIONS_DEV_STACK" });
  await expect(chosen).rejects.toThrow("Java 17 or newer and Maven (java is Java 11; no mvn found)");
  await expect(chosen).rejects.toThrow("apt-get install openjdk-17-jre-headless maven");
  await expect(chosen).rejects.toThrow("docker info: Cannot connect to the Docker daemon. Is it running?");
  await expect(chosen).rejects.toThrow("set KAFKA_BOOTSTRAP_SERVERS");
});
