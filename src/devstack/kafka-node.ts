import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StackHome } from "./stack-home.js";

/** What a broker is before it is known how it will be run. */
export interface KafkaNode {
  readonly home: StackHome;
  /** For settings, log and, outside of a container, data. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clusterId: string;
}

/** Makes the node's folder. A folder that was there before keeps its cluster id, as its data would be refused otherwise. */
export async function openKafkaNode(home: StackHome, env: NodeJS.ProcessEnv): Promise<KafkaNode> {
  const folder = join(home.folder, "kafka");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "cluster-id");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  const clusterId = kept ?? newClusterId();
  if (!kept) await writeFile(file, clusterId);
  return { home, folder, env, clusterId };
}

/** Kafka writes an id as 16 bytes in URL-safe base64, and takes one that begins with a dash for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString("base64url");
  return id.startsWith("-") ? newClusterId() : id;
}

/** Settings of a Kafka for development, the same however it is run. What is not named here has Kafka's own default. */
const DEVELOPMENT_SETTINGS: Readonly<Record<string, string>> = {
  // A topic that was misspelt is an error here, as it is in most production clusters.
  "auto.create.topics.enable": "false",
  // One broker cannot hold three replicas.
  "offsets.topic.replication.factor": "1",
  "transaction.state.log.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "share.coordinator.state.topic.replication.factor": "1",
  "share.coordinator.state.topic.min.isr": "1",
  // By default 50 each. The first group and the first transaction wait until all of them are made and loaded.
  "offsets.topic.num.partitions": "1",
  "transaction.state.log.num.partitions": "1",
  "share.coordinator.state.topic.num.partitions": "1",
  // By default 3 s, in which the first member of a group waits for others.
  "group.initial.rebalance.delay.ms": "0",
  // By default 9 s, for which the controller refuses a broker that was killed and comes back. The heartbeat is 2 s.
  "broker.session.timeout.ms": "3000",
  "broker.heartbeat.interval.ms": "500",
  // By default 128 MiB of the heap, for compacted topics far larger than these.
  "log.cleaner.dedupe.buffer.size": "16777216",
};

export interface KafkaListeners {
  /** `host:port` to listen on for clients. */
  readonly clients: string;
  /** `host:port` under which clients reach that. */
  readonly advertised: string;
  readonly controller: string;
  /** Where the broker reaches itself, if not at the advertised address: that one need not lead back into a container. */
  readonly internal?: string;
}

/** All settings of one KRaft node that is broker and controller in one. */
export function kafkaSettings(
  { clients, advertised, controller, internal }: KafkaListeners,
  dataFolder: string,
): Readonly<Record<string, string>> {
  const own = internal ? `,INTERNAL://${internal}` : "";
  return {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@${controller}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": internal ? "INTERNAL" : "PLAINTEXT",
    listeners: `PLAINTEXT://${clients},CONTROLLER://${controller}${own}`,
    "advertised.listeners": `PLAINTEXT://${advertised}${own}`,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": dataFolder,
    ...DEVELOPMENT_SETTINGS,
  };
}
