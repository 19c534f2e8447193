import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COPY_DEPENDENCIES, cacheFolder } from "../../../src/devstack/fetch-kafka.js";
import type { Guard } from "../../../src/devstack/guard.js";
import { KAFKA_VERSION } from "../../../src/devstack/kafka-libraries.js";
import { runCommand } from "../../../src/devstack/run-command.js";
import { pathExists } from "../../../src/devstack/stack-home.js";

export const DEBEZIUM_VERSION = "3.6.0.Final";

/** Folders with jars: of the worker, and of the connector, which gets a class loader of its own. */
export interface ConnectLibraries {
  readonly worker: string;
  /** The folder that holds the connector's, as `plugin.path` wants it. */
  readonly plugins: string;
}

/**
 * The connector's jars lack the connection pool that it names, which the group of Hibernate has under another version, and its Jackson and
 * that of the worker do not go together: the worker's serves both.
 */
const NOT_FOR_PLUGIN = /^jackson-(core|databind|annotations)-/;

/**
 * Kafka Connect and Debezium's JDBC sink from Maven Central, kept in the cache folder where the development stack keeps Kafka. Fetched into a
 * folder beside it that gets its name when all is there, so an interrupted fetch leaves nothing that could be taken for a whole one.
 */
export async function connectLibraries(
  guard: Guard,
  onProgress: (message: string) => void,
): Promise<ConnectLibraries> {
  const cache = cacheFolder(process.env);
  const folder = join(cache, `connect-${KAFKA_VERSION}-debezium-${DEBEZIUM_VERSION}`);
  const libraries = { worker: join(folder, "worker/libs"), plugins: join(folder, "plugins") };
  if (await pathExists(folder)) return libraries;
  onProgress(`Kafka Connect ${KAFKA_VERSION}, Debezium ${DEBEZIUM_VERSION}: fetching, this first time only`);
  await mkdir(cache, { recursive: true });
  const fetching = await mkdtemp(join(cache, "fetch-"));
  try {
    await copyDependencies(guard, join(fetching, "worker"), WORKER);
    await copyDependencies(guard, join(fetching, "plugins/jdbc"), PLUGIN);
    const jars = join(fetching, "plugins/jdbc/libs");
    for (const name of await readdir(jars)) if (NOT_FOR_PLUGIN.test(name)) await rm(join(jars, name));
    await rename(fetching, folder);
  } finally {
    await rm(fetching, { recursive: true, force: true });
  }
  return libraries;
}

async function copyDependencies(guard: Guard, folder: string, dependencies: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "pom.xml"), pom(dependencies));
  await runCommand(guard, "Fetching Kafka Connect with Maven", {
    command: process.platform === "win32" ? "mvn.cmd" : "mvn",
    shell: process.platform === "win32",
    args: [
      "--batch-mode",
      "--strict-checksums",
      "-Dmaven.repo.local=repository",
      COPY_DEPENDENCIES,
      "-DincludeScope=runtime",
      "-DoutputDirectory=libs",
    ],
    cwd: folder,
    env: process.env,
    logFile: join(folder, "maven.log"),
    endSignal: "SIGKILL",
    graceMillis: 0,
  });
  await rm(join(folder, "repository"), { recursive: true, force: true });
}

const dependency = (group: string, artifact: string, version: string, more = ""): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${more}</dependency>`;

const WORKER = [
  dependency("org.apache.kafka", "connect-runtime", KAFKA_VERSION),
  dependency("org.apache.kafka", "connect-json", KAFKA_VERSION),
  dependency("org.slf4j", "slf4j-simple", "1.7.36"),
].join("\n");

const WITHOUT_POOL =
  "<exclusions><exclusion><groupId>*</groupId><artifactId>hibernate-agroal</artifactId></exclusion></exclusions>";

const PLUGIN = [
  dependency("io.debezium", "debezium-connector-jdbc", DEBEZIUM_VERSION, WITHOUT_POOL),
  dependency("org.hibernate.orm", "hibernate-agroal", "7.2.0.Final"),
  dependency("org.hibernate.orm", "hibernate-core", "7.2.6.Final"),
].join("\n");

const pom = (dependencies: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>otel-agent-actions</groupId>
  <artifactId>bench-connect</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies}
  </dependencies>
</project>
`;
