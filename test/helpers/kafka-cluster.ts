import { type DevServer, startDevServer } from "../../src/devstack/dev-server.js";
import { cacheFolder, kafkaLibraryFolder } from "../../src/devstack/fetch-kafka.js";
import { findKafkaRuntime } from "../../src/devstack/kafka.js";
import { prepareJavaKafka } from "../../src/devstack/kafka-java.js";
import { openKafkaNode } from "../../src/devstack/kafka-node.js";
import { startInHome, startOnFreePorts } from "../../src/devstack/stack-home.js";
import { kafkaReady } from "../../src/kafka/broker-ready.js";

/** Three nodes on the loopback interface, each broker and controller; topics have three replicas, of which two have to acknowledge. */
export interface KafkaCluster {
  readonly bootstrapServers: string;
  /** By node id. */
  readonly nodes: ReadonlyMap<number, DevServer>;
  close(): Promise<void>;
}

const NODES = [1, 2, 3];
const CLUSTER_ID = "agent-actions-cluster0";

const REPLICATION = {
  "min.insync.replicas": "2",
  "default.replication.factor": "3",
  "offsets.topic.replication.factor": "3",
  "transaction.state.log.replication.factor": "3",
  "transaction.state.log.min.isr": "2",
};

export async function startKafkaCluster(): Promise<KafkaCluster> {
  const runtime = await findKafkaRuntime(process.env);
  // The shared stack of the tests has fetched it.
  if (runtime.kind !== "java" || runtime.fetch)
    throw new Error("a cluster of brokers needs Java and Kafka's libraries");
  const { java } = runtime;
  return startOnFreePorts(2 * NODES.length, async (ports) => {
    const places = NODES.map((id, at) => ({
      id,
      port: ports[at] ?? 0,
      controllerPort: ports[at + NODES.length] ?? 0,
    }));
    const voters = places.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join();
    const start = ({ id, port, controllerPort }: (typeof places)[number]): Promise<DevServer> =>
      startInHome(undefined, undefined, async (home) => {
        const node = { ...(await openKafkaNode(home, process.env)), clusterId: CLUSTER_ID };
        const command = await prepareJavaKafka(
          node,
          { java, libraries: kafkaLibraryFolder(cacheFolder(process.env)) },
          { port, controllerPort },
          { "node.id": String(id), "controller.quorum.voters": voters, ...REPLICATION },
        );
        return startDevServer({
          name: `Kafka ${id}`,
          home,
          ownsHome: true,
          command,
          stopSignal: "SIGTERM",
          ready: (aborted) => kafkaReady(port, aborted),
        });
      });
    // All at once: none is ready before there is a majority.
    const settled = await Promise.allSettled(places.map(start));
    const servers = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const close = async () => {
      await Promise.all(servers.map((server) => server.close()));
    };
    const failed = settled.find((one) => one.status === "rejected");
    if (failed !== undefined) {
      await close();
      throw failed.reason;
    }
    return {
      bootstrapServers: places.map(({ port }) => `127.0.0.1:${port}`).join(),
      nodes: new Map(servers.map((server, at) => [NODES[at] ?? 0, server])),
      close,
    };
  });
}
