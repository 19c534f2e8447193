import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { GuardedCommand } from "./guarded-command.js";
import { KAFKA_VERSION } from "./kafka-libraries.js";
import { KAFKA_SETTINGS } from "./kafka-settings.js";
import type { StackHome } from "./stack-home.js";

const GRACE_MILLIS = 10_000;
const CONTAINER_PORT = 9092;

export interface DockerKafkaOptions {
  readonly home: StackHome;
  readonly env: NodeJS.ProcessEnv;
  readonly clusterId: string;
  /** Name of the container and of the volume with its data. */
  readonly name: string;
}

/**
 * The command that runs the broker as a container of the official image, in the foreground, so that it is there as long
 * as the command is. Signals go to the container, for SIGKILL to the command would leave that running.
 */
export async function prepareDockerKafka(
  { home, env, clusterId, name }: DockerKafkaOptions,
  port: number,
): Promise<GuardedCommand> {
  const folder = join(home.folder, "kafka");
  await mkdir(folder, { recursive: true });
  return {
    command: "docker",
    args: [
      "run",
      "--rm",
      "--name",
      name,
      ...publish(port),
      ...volume(name),
      ...environment(clusterId, port),
      image(),
    ],
    env,
    cwd: folder,
    logFile: join(folder, "kafka.log"),
    endSignal: home.temporary ? "SIGKILL" : "SIGTERM",
    graceMillis: GRACE_MILLIS,
    signalCommand: ["docker", "kill", "--signal", "{signal}", name],
    ...(home.temporary ? { cleanupCommand: ["docker", "volume", "rm", "--force", name] } : {}),
  };
}

function publish(port: number): string[] {
  return ["--publish", `127.0.0.1:${port}:${CONTAINER_PORT}`];
}

function volume(name: string): string[] {
  return ["--volume", `${name}:/var/lib/kafka/data`];
}

function image(): string {
  return `apache/kafka:${KAFKA_VERSION}`;
}

/** The official image takes a setting `a.b` as the variable `KAFKA_A_B`. */
function environment(clusterId: string, port: number): string[] {
  const settings: Record<string, string> = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": "1@127.0.0.1:9093",
    "controller.listener.names": "CONTROLLER",
    listeners: `PLAINTEXT://0.0.0.0:${CONTAINER_PORT},CONTROLLER://127.0.0.1:9093`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": "/var/lib/kafka/data",
    ...KAFKA_SETTINGS,
  };
  return [
    "--env",
    `CLUSTER_ID=${clusterId}`,
    ...Object.entries(settings).flatMap(([key, value]) => [
      "--env",
      `KAFKA_${key.replaceAll(".", "_").toUpperCase()}=${value}`,
    ]),
  ];
}
