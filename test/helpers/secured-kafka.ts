import { execFile } from "node:child_process";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type DevServer, startDevServer } from "../../src/devstack/dev-server.js";
import { cacheFolder, kafkaLibraryFolder } from "../../src/devstack/fetch-kafka.js";
import { findKafkaRuntime } from "../../src/devstack/kafka.js";
import { prepareJavaKafka } from "../../src/devstack/kafka-java.js";
import { openKafkaNode } from "../../src/devstack/kafka-node.js";
import { startInHome, startOnFreePorts } from "../../src/devstack/stack-home.js";
import { kafkaReady } from "../../src/kafka/broker-ready.js";
import type { Authority } from "./certificates.js";

/** A broker with an authorizer, and three ways in. Its own superuser is whoever comes in plain text. */
export interface SecuredKafka extends DevServer {
  readonly plaintext: string;
  /** TLS, and a login by SASL/PLAIN or SCRAM. */
  readonly saslSsl: string;
  /** TLS with a client's certificate; its subject is the principal. */
  readonly mutualTls: string;
  /** Lets a user log in by SCRAM. */
  addScramUser(name: string, password: string): Promise<void>;
}

/** @param users passwords by name, for SASL/PLAIN */
export function startSecuredKafka(
  authority: Authority,
  users: Readonly<Record<string, string>>,
): Promise<SecuredKafka> {
  return startInHome(undefined, undefined, async (home) => {
    const node = await openKafkaNode(home, process.env);
    const runtime = await findKafkaRuntime(process.env);
    // The shared stack of the tests has fetched it.
    if (runtime.kind !== "java" || runtime.fetch)
      throw new Error("a broker with an authorizer needs Java and Kafka's libraries");
    const libraries = kafkaLibraryFolder(cacheFolder(process.env));
    const { key, cert } = await authority.issue("localhost", ["DNS:localhost", "IP:127.0.0.1"]);
    await writeFile(join(node.folder, "server.pem"), `${key}${cert}`, { mode: 0o600 });
    await writeFile(join(node.folder, "ca.pem"), authority.ca);
    return startOnFreePorts(4, async ([port = 0, controllerPort = 0, sasl = 0, mutual = 0]) => {
      const command = await prepareJavaKafka(
        node,
        { java: runtime.java, libraries },
        { port, controllerPort },
      );
      await appendFile(
        join(node.folder, "server.properties"),
        settings(node.folder, { port, controllerPort, sasl, mutual }, users),
      );
      const server = await startDevServer({
        name: "Kafka",
        home,
        ownsHome: true,
        command,
        stopSignal: "SIGTERM",
        ready: (aborted) => kafkaReady(port, aborted),
      });
      return Object.assign(server, {
        plaintext: `127.0.0.1:${port}`,
        saslSsl: `127.0.0.1:${sasl}`,
        mutualTls: `127.0.0.1:${mutual}`,
        async addScramUser(name: string, password: string) {
          await promisify(execFile)(runtime.java, [
            ...["-cp", join(libraries, "*"), "kafka.admin.ConfigCommand"],
            ...[
              "--bootstrap-server",
              `127.0.0.1:${port}`,
              "--alter",
              "--entity-type",
              "users",
              "--entity-name",
              name,
            ],
            ...["--add-config", `SCRAM-SHA-512=[password=${password}]`],
          ]);
        },
      });
    });
  });
}

// Of a name that stands twice in a properties file the last one holds.
function settings(
  folder: string,
  {
    port,
    controllerPort,
    sasl,
    mutual,
  }: Readonly<Record<"port" | "controllerPort" | "sasl" | "mutual", number>>,
  users: Readonly<Record<string, string>>,
): string {
  const clients = `PLAINTEXT://127.0.0.1:${port},SASL_SSL://127.0.0.1:${sasl},SSL://127.0.0.1:${mutual}`;
  const logins = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  const lines = {
    listeners: `${clients},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": clients,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:PLAINTEXT",
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512,OAUTHBEARER",
    // Takes tokens that nobody has signed: who they are for is what a test is about.
    "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config":
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";',
    "listener.name.sasl_ssl.plain.sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required ${logins.join(" ")};`,
    "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config":
      "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": join(folder, "server.pem"),
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": join(folder, "ca.pem"),
    "listener.name.ssl.ssl.client.auth": "required",
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
