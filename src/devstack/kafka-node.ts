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
