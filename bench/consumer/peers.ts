import { randomBytes } from "node:crypto";
import { createTopic } from "../agent/create-topic.js";
import { connectEvent, lastConnectIds } from "./connect/connect-event.js";
import { startConnect } from "./connect/connect-worker.js";
import type { MeasuredChild } from "./measured-child.js";
import { startPredecessor } from "./predecessor/start-predecessor.js";
import { produce } from "./produce.js";

/** What users have in place of the consumer: each gets the same rows into the same columns, from a topic of its own. */
export const PEERS = ["Kafka Connect", "predecessor", "predecessor, without file operations"] as const;
export type Peer = (typeof PEERS)[number];

export const isPeer = (side: string): side is Peer => (PEERS as readonly string[]).includes(side);

/** A row a statement takes ten times as long, so it gets fewer of them. */
const SLOW_SHARE = 0.2;

export const recordsOf = (peer: Peer, records: number): number =>
  Math.ceil(records * (peer === "Kafka Connect" ? 1 : SLOW_SHARE));

interface Filled {
  readonly topic: string;
  /** The latest date of its events, milliseconds. */
  readonly now: number;
}

const filled = new Map<Peer, Promise<Filled>>();

/** Starts the peer on its topic, which is filled for the first round. Nothing of that is measured: it resolves when the peer begins to read. */
export async function startPeer(
  peer: Peer,
  records: number,
  bootstrapServers: string,
  databaseUrl: string,
): Promise<MeasuredChild> {
  const filling = filled.get(peer) ?? fill(peer, records, bootstrapServers);
  filled.set(peer, filling);
  const { topic, now } = await filling;
  const name = `bench-${randomBytes(4).toString("hex")}`;
  if (peer === "Kafka Connect") {
    const lastIds = lastConnectIds(records, now);
    return startConnect({ name, bootstrapServers, topic, databaseUrl, lastIds }, console.error);
  }
  const fileOperations = peer === "predecessor";
  return startPredecessor({ brokers: bootstrapServers, topic, groupId: name, databaseUrl, fileOperations });
}

async function fill(peer: Peer, records: number, bootstrapServers: string): Promise<Filled> {
  const topic = `bench-peer-${randomBytes(4).toString("hex")}`;
  const now = Date.now();
  await createTopic(bootstrapServers, topic);
  const make = peer === "Kafka Connect" ? connectEvent : undefined;
  const bytes = await produce(bootstrapServers, topic, records, make, now);
  console.error(`  ${peer}: ${records} records of ${bytes.toFixed(0)} bytes`);
  return { topic, now };
}
