import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { givenServers } from "../../devstack/dev-stack.js";
import { findKafkaRuntime } from "../../devstack/kafka.js";
import { HEADER_BYTES } from "../../spool/segment-header.js";
import { SpoolFolder } from "../../spool/spool-folder.js";
import { nothingWaits } from "./caught-up.js";

/** The folder through which events go where there is no Kafka. */
export interface LocalSpool {
  readonly directory: string;
  /** What makes agents write to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Removes it where it was made for the time being. */
  remove(): Promise<void>;
}

export interface SpoolInsteadOptions {
  readonly noKafka: boolean;
  readonly dataDir?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (text: string) => void;
}

/** `undefined` where there is to be a Kafka: one that the environment names, or one that this machine can run. */
export async function spoolInstead(options: SpoolInsteadOptions): Promise<LocalSpool | undefined> {
  const { noKafka, dataDir, env, onProgress } = options;
  if (!noKafka) {
    if (givenServers(env).bootstrapServers !== undefined || (await canRunKafka(env))) return undefined;
    onProgress(
      "Neither Java with Maven nor Docker is here: events go through files instead of Kafka (--no-kafka).",
    );
  }
  const directory =
    dataDir === undefined ? await mkdtemp(join(tmpdir(), "agent-actions-spool-")) : join(dataDir, "spool");
  return {
    directory,
    env: {
      AGENT_ACTIONS_EXPORTER_TRANSPORT: "spool",
      AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: directory,
    },
    remove: async () => {
      if (dataDir === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Waits until everything in the folder is stored. Returns how many files still wait when the deadline comes. */
export async function spoolRead(
  directory: string,
  deadlineMillis: number,
  signal?: AbortSignal,
): Promise<number> {
  const folder = new SpoolFolder(directory);
  return nothingWaits(
    async () => (await folder.list()).filter(({ bytes }) => bytes > HEADER_BYTES).length,
    deadlineMillis,
    signal,
  );
}

const canRunKafka = (env: NodeJS.ProcessEnv): Promise<boolean> =>
  findKafkaRuntime(env).then(
    () => true,
    () => false,
  );
