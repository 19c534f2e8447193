/**
 * A signal ends all threads of a process and is heard by the main thread alone. So the main thread asks worker threads that use this
 * package to flush, and waits for those that say they do. The main thread listens when the package is loaded and used there, too,
 * which `--import otel-agent-actions/register` sees to; a worker that finds nobody there warns once.
 */
import { BroadcastChannel, threadId } from "node:worker_threads";
import { settlesWithin } from "../../src/internal/settles-within.js";

const CHANNEL = "otel-agent-actions.exit-flush";

/** A worker thread that is busy replies late, and one that has ended not at all; one that has not replied by then is not waited for. */
const REPLY_MILLIS = 2_000;
const LOOK_MILLIS = 5;
/** The threads' own deadlines are shorter; this is for one that hangs. */
const FLUSH_MILLIS = 7_500;
/** A main thread that sets itself up later than its workers is waited for. */
const HELLO_MILLIS = 2_000;

type Message =
  | { readonly say: "is the main thread here"; readonly from: number }
  | { readonly say: "the main thread is here" }
  | { readonly say: "flush"; readonly isEnd: boolean }
  | { readonly say: "flushing" | "flushed"; readonly from: number };

let mainThread: BroadcastChannel | undefined;
/** Worker threads that have asked for the main thread. */
const threads = new Set<number>();
const underWay = new Map<number, () => void>();
let onFlushing: (flushed: Promise<void>) => void = () => undefined;

/** For the main thread: replies to workers from now on. Returns how to leave. */
export function hostThreads(): () => void {
  const channel = open((message) => {
    if (message.say === "is the main thread here") {
      threads.add(message.from);
      channel.postMessage({ say: "the main thread is here" } satisfies Message);
    } else if (message.say === "flushing")
      onFlushing(new Promise((resolve) => underWay.set(message.from, resolve)));
    else if (message.say === "flushed") underWay.get(message.from)?.();
  });
  mainThread = channel;
  return () => {
    channel.close();
    mainThread = undefined;
  };
}

/**
 * For the main thread: resolves when every worker thread that replies has flushed, or when one of them hangs.
 *
 * @param isEnd whether the process ends then
 */
export async function flushThreads(isEnd: boolean): Promise<void> {
  if (mainThread === undefined || threads.size === 0) return;
  const flushes: Promise<void>[] = [];
  onFlushing = (flushed) => flushes.push(flushed);
  mainThread.postMessage({ say: "flush", isEnd } satisfies Message);
  const began = performance.now();
  while (flushes.length < threads.size && performance.now() - began < REPLY_MILLIS)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  await settlesWithin(Promise.all(flushes), FLUSH_MILLIS);
}

/** For a worker thread: flushes when the main thread asks for it. Returns how to leave. */
export function joinMainThread(flush: (isEnd: boolean) => Promise<void>): () => void {
  let isHosted = false;
  let isOpen = true;
  const post = (message: Message) => {
    if (isOpen) channel.postMessage(message);
  };
  const channel = open((message) => {
    if (message.say === "the main thread is here") isHosted = true;
    if (message.say !== "flush") return;
    post({ say: "flushing", from: threadId });
    void flush(message.isEnd).then(() => post({ say: "flushed", from: threadId }));
  });
  const ask = () => post({ say: "is the main thread here", from: threadId });
  const began = performance.now();
  const asking = setInterval(() => {
    const isOver = performance.now() - began > HELLO_MILLIS;
    if (isHosted || isOver) clearInterval(asking);
    else ask();
    if (isOver && !isHosted) process.emitWarning(ALONE, { code: "AGENT_ACTIONS_WORKER" });
  }, HELLO_MILLIS / 4).unref();
  ask();
  return () => {
    isOpen = false;
    clearInterval(asking);
    channel.close();
  };
}

const ALONE =
  "otel-agent-actions is used in a worker thread and not in the main thread. A signal ends the process before events of this thread are " +
  "delivered: load the package in the main thread too (node --import otel-agent-actions/register), or call shutdown() before the end.";

// Neither it nor what it waits for keeps the thread alive.
function open(onMessage: (message: Message) => void): BroadcastChannel {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event) => onMessage((event as { readonly data: Message }).data);
  channel.unref();
  return channel;
}
