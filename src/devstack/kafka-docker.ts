import { join } from "node:path";
import type { GuardedCommand } from "./guard.js";
import { KAFKA_VERSION } from "./kafka-libraries.js";
import { type KafkaNode, kafkaSettings } from "./kafka-node.js";

export const KAFKA_IMAGE = `apache/kafka:${KAFKA_VERSION}`;

const DATA_FOLDER = "/var/lib/kafka/data";
const GRACE_MILLIS = 10_000;

/**
 * The command that runs the broker as a container of the official image, in the foreground, so that it is there as long
 * as the command is. Signals go to the container: the command itself would take SIGKILL to its grave and leave that
 * running. The data lie in a volume, so that a restart, which is a new container, finds them.
 */
export function dockerKafkaCommand(
  { home, folder, env, clusterId }: KafkaNode,
  port: number,
): GuardedCommand {
  const name = `agent-actions-kafka-${Buffer.from(clusterId, "base64url").toString("hex")}`;
  const variables = { CLUSTER_ID: clusterId, ...dockerKafkaEnvironment(`127.0.0.1:${port}`) };
  return {
    command: "docker",
    args: [
      ...["run", "--rm", "--name", name],
      ...["--publish", `127.0.0.1:${port}:9092`],
      ...["--volume", `${name}:${DATA_FOLDER}`],
      ...Object.entries(variables).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
      KAFKA_IMAGE,
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

/** The official image takes a setting `a.b` as the variable `KAFKA_A_B`. */
export function dockerKafkaEnvironment(advertised: string): Readonly<Record<string, string>> {
  const listeners = {
    clients: "0.0.0.0:9092",
    advertised,
    controller: "127.0.0.1:9093",
    internal: "127.0.0.1:9094",
  };
  const settings = Object.entries(kafkaSettings(listeners, DATA_FOLDER));
  return Object.fromEntries(
    settings.map(([name, value]) => [`KAFKA_${name.replaceAll(".", "_").toUpperCase()}`, value]),
  );
}
