import { setTimeout as sleep } from "node:timers/promises";
import { createKafkaTransport } from "../../../exporter/deliver/kafka-transport.js";
import type { ActionRecord } from "../../../exporter/deliver/serialize.js";
import type { Transport } from "../../../exporter/deliver/transport.js";
import { RECORD_KINDS, type TopicNames } from "../../event/index.js";
import { ClaimedSegment } from "../../spool/claimed-segment.js";
import { topicOf } from "../../spool/open-segment.js";
import type { ReadRecord } from "../../spool/read-segment.js";
import { formatCount, formatDuration, formatNumber } from "../format/values.js";
import { EXIT_FAILURE, EXIT_OK, signalExitCode, UnavailableError } from "../framework/exit-codes.js";
import type { SpoolWork } from "./run-spool.js";

const BATCH = { maxRecords: 500, maxBytes: 262_144 } as const;
const GZIP_MIN_BYTES = 16_384;
/** Kafka is given up after so long without an acknowledgement. */
const PATIENCE_MILLIS = 60_000;
const PAUSE_MILLIS = 500;
const PROGRESS_MILLIS = 1_000;
const CLOSE_MILLIS = 1_000;

/** Sends the files of processes that have ended, the oldest first. What Kafka has acknowledged is not sent again, however this ends. */
export async function runReplay(work: SpoolWork): Promise<number> {
  const { folder, options, out, catchInterrupts } = work;
  const interruption = catchInterrupts();
  const replay = new Replay(work);
  // The client's sockets and timers let the process go.
  const hold = setInterval(() => undefined, PATIENCE_MILLIS);
  const counts = { files: 0, sent: 0, set_aside: 0, left_to_running_processes: 0 };
  try {
    for (const entry of await folder.list()) {
      if (interruption.signal.aborted) break;
      if (options.topic !== undefined && (await topicOf(entry.path)) !== options.topic) continue;
      if (folder.holderOf(entry) === "a running process") {
        counts.left_to_running_processes++;
        continue;
      }
      const segment = await ClaimedSegment.claim(folder, entry);
      if (segment === "unreadable") counts.set_aside++;
      if (!(segment instanceof ClaimedSegment)) continue;
      const isDone = await replay.send(segment, interruption.signal);
      counts.set_aside += segment.setAsideCount;
      if (isDone) counts.files++;
    }
  } finally {
    await replay.close();
    clearInterval(hold);
    interruption.stopListening();
  }
  counts.sent = replay.sent;
  if (options.json) out.json({ ...counts, seconds: replay.seconds });
  else for (const line of summary(counts, replay)) out.result(line);
  if (interruption.received !== undefined) return signalExitCode(interruption.received);
  return counts.set_aside > 0 ? EXIT_FAILURE : EXIT_OK;
}

class Replay {
  sent = 0;
  readonly #work: SpoolWork;
  /** By topic. */
  readonly #transports = new Map<string, Transport>();
  readonly #began = performance.now();
  #saidAt = performance.now();

  constructor(work: SpoolWork) {
    this.#work = work;
  }

  get seconds(): number {
    return Number(((performance.now() - this.#began) / 1_000).toFixed(3));
  }

  /** Returns whether all of it is done with; otherwise it is left to whoever comes next. */
  async send(segment: ClaimedSegment, signal: AbortSignal): Promise<boolean> {
    try {
      for (let isEnd = false; !isEnd; ) {
        if (signal.aborted) return false;
        const { rate } = this.#work.options;
        const maxRecords = Math.min(BATCH.maxRecords, rate ?? BATCH.maxRecords);
        const chunk = await segment.read({ ...BATCH, maxRecords });
        await this.#sendAll(segment, chunk.records);
        await segment.commit(chunk.next);
        isEnd = chunk.isEnd;
        this.#sayProgress();
        if (rate !== undefined) await this.#keepRate(rate, signal);
      }
      await segment.remove();
      return true;
    } finally {
      segment.release();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close(CLOSE_MILLIS)));
  }

  async #sendAll(segment: ClaimedSegment, read: readonly ReadRecord[]): Promise<void> {
    const { kafka } = this.#work;
    // The transport goes by kinds; here all are of the topic of the segment.
    const records = read.map(
      ({ record: { key, value, headers } }): ActionRecord => ({ kind: "action", key, value, headers }),
    );
    let left: readonly ActionRecord[] = records;
    let refused: readonly ActionRecord[] = [];
    for (let since = performance.now(); left.length > 0; ) {
      const result = await this.#transportTo(segment.topic).send(left);
      const before = left.length;
      left = result.status === "retryable" ? result.remaining : [];
      if (result.status === "failed") refused = result.refused;
      if (left.length < before) since = performance.now();
      if (result.status !== "retryable") break;
      if (performance.now() - since > PATIENCE_MILLIS)
        throw new UnavailableError(
          `${result.error.message} Nothing was acknowledged within ${PATIENCE_MILLIS / 1_000} s by Kafka at ${kafka.brokers.join(", ")}. What is left stays in the spool; run it again then.`,
        );
      await sleep(PAUSE_MILLIS);
    }
    this.sent += records.length - refused.length;
    const lost = new Set(refused);
    for (const [index, { record }] of read.entries()) {
      const own = records[index];
      if (own !== undefined && lost.has(own)) await segment.setAside(record);
    }
  }

  #transportTo(topic: string): Transport {
    const known = this.#transports.get(topic);
    if (known !== undefined) return known;
    const topics = Object.fromEntries(RECORD_KINDS.map((kind) => [kind, topic])) as unknown as TopicNames;
    const { kafka } = this.#work;
    const transport = createKafkaTransport({ kafka, topics, gzipMinBytes: GZIP_MIN_BYTES });
    this.#transports.set(topic, transport);
    return transport;
  }

  async #keepRate(perSecond: number, signal: AbortSignal): Promise<void> {
    const dueMillis = (this.sent / perSecond) * 1_000;
    const early = dueMillis - (performance.now() - this.#began);
    if (early > 0) await sleep(early, undefined, { signal }).catch(() => undefined);
  }

  #sayProgress(): void {
    if (performance.now() - this.#saidAt < PROGRESS_MILLIS) return;
    this.#saidAt = performance.now();
    const { out } = this.#work;
    out.progress(out.progressStyle.dim(`${formatCount(this.sent, "event")} sent, ${rateOf(this)} a second`));
  }
}

const rateOf = ({ sent, seconds }: Replay): string =>
  formatNumber(Math.round(sent / Math.max(seconds, 0.001)));

function summary(
  { files, set_aside: setAside, left_to_running_processes: running }: Record<string, number>,
  replay: Replay,
): string[] {
  const took = formatDuration(replay.seconds * 1_000);
  return [
    `Sent ${formatCount(replay.sent, "event")} of ${formatCount(files ?? 0, "file")} in ${took}, ${rateOf(replay)} a second.`,
    ...(setAside ? [`Set aside, because it cannot be read or Kafka refused it: ${setAside}.`] : []),
    ...(running ? [`Left to processes that still run: ${formatCount(running, "file")}.`] : []),
  ];
}
