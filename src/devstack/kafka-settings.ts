/** Settings of a Kafka for development, the same however it is run. Everything not named here has Kafka's own default. */
export const KAFKA_SETTINGS: Readonly<Record<string, string>> = {
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
  // By default 128 MiB of the heap, for compacted topics far larger than these.
  "log.cleaner.dedupe.buffer.size": "16777216",
};

export interface KafkaAddresses {
  readonly port: number;
  readonly controllerPort: number;
}

/** The text of `server.properties` for one node that is broker and controller in one. */
export function serverProperties({ port, controllerPort }: KafkaAddresses, dataFolder: string): string {
  const settings: Record<string, string> = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    "controller.listener.names": "CONTROLLER",
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    // In a properties file the backslashes of a Windows path would be escapes.
    "log.dirs": dataFolder.replaceAll("\\", "/"),
    ...KAFKA_SETTINGS,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
