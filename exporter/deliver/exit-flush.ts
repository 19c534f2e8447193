/**
 * Flushes when the process is about to end, and changes nothing else about how it ends.
 *
 * - *Natural end* (nothing left to do): `beforeExit` flushes, which keeps the process for as long as that takes, at most
 *   the flush's own deadline.
 * - *SIGTERM, SIGINT*: Node ends a process at once only as long as nobody listens. Listening, we take that over: flush, then
 *   stop listening and send the signal again, so that the process dies of it as it would have. The agent works meanwhile, so that is a
 *   second or two at most, and the same turn while Kafka is away. Another signal, the same or not, does not wait. When the host listens too, ending is its business: we only flush meanwhile, and never end the process.
 * - *`process.exit()`* and a crash leave no time for anything but writing to the spool; what was lost is said in the final line.
 * - *Worker threads* get no signals. The main thread asks them to flush: exit-threads.ts.
 *
 * Listeners of the package `signal-exit` (part of many command line tools) end the process only when nobody else listens.
 * So they count as nobody: otherwise we would wait for them and they for us.
 */
import { isMainThread } from "node:worker_threads";
import { flushThreads, hostThreads, joinMainThread } from "./exit-threads.js";

/** Something that can be flushed at the end. No method throws or rejects. */
export interface FlushAtExit {
  /** Whether anything is left to deliver. */
  readonly hasPending: boolean;
  /**
   * Resolves when it is delivered, or at the flush's own deadline.
   *
   * @param isEnd whether the process ends then, as far as anybody knows
   */
  flush(isSignal: boolean, isEnd: boolean): Promise<unknown>;
  /** Puts what is left on the disk, in this turn, where there is a spool. */
  keepLeft(): void;
  /** Says what was delivered and what was not. */
  report(): void;
}

const SIGNALS: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"];

/** A host that records an action at every `beforeExit` would otherwise never end. */
const MAX_ROUNDS = 3;

/** Marks the listeners of every copy of this module. */
const OURS: unique symbol = Symbol.for("otel-agent-actions.exit-flush");

const members = new Set<FlushAtExit>();
const rounds = new WeakMap<FlushAtExit, number>();
const flushing = new Set<NodeJS.Signals>();
let leaveThreads: () => void = () => undefined;

/** Returns how to leave again. */
export function flushAtExit(member: FlushAtExit): () => void {
  if (members.size === 0 && flushing.size === 0) listen();
  members.add(member);
  return () => {
    if (members.delete(member) && members.size === 0 && flushing.size === 0) stopListening();
  };
}

function listen(): void {
  process.on("beforeExit", onBeforeExit);
  process.on("exit", finish);
  leaveThreads = isMainThread ? hostThreads() : joinMainThread(flushAll);
  // First in line: listeners that a host added by `once` are still there to be seen.
  if (isMainThread) for (const signal of SIGNALS) process.prependListener(signal, onSignal);
}

function stopListening(): void {
  process.off("beforeExit", onBeforeExit);
  process.off("exit", finish);
  for (const signal of SIGNALS) process.off(signal, onSignal);
  leaveThreads();
}

// Node asks again after every time that it had something to do. What could not be delivered once is given up.
function onBeforeExit(): void {
  for (const member of members) if (member.hasPending) void flushInRounds(member);
}

async function flushInRounds(member: FlushAtExit): Promise<void> {
  const round = (rounds.get(member) ?? 0) + 1;
  if (round > MAX_ROUNDS) return;
  rounds.set(member, round);
  await member.flush(false, true);
  if (member.hasPending) rounds.set(member, MAX_ROUNDS);
}

const onSignal = Object.assign(
  (signal: NodeJS.Signals): void => {
    const endIsOurs = !hostListens(signal);
    if (flushing.size === 0) void flushThenEnd(signal, endIsOurs);
    else if (endIsOurs) {
      finish();
      end(signal);
    }
  },
  { [OURS]: true as const },
);

async function flushThenEnd(signal: NodeJS.Signals, endIsOurs: boolean): Promise<void> {
  flushing.add(signal);
  await Promise.all([flushAll(endIsOurs), flushThreads(endIsOurs)]);
  flushing.delete(signal);
  if (endIsOurs) end(signal);
  else if (members.size === 0) stopListening();
}

/** @param isEnd whether the process ends then */
async function flushAll(isEnd: boolean): Promise<void> {
  await Promise.all([...members].map((member) => member.flush(true, isEnd)));
  if (isEnd) finish();
  else report();
}

// Another copy of this package may still be flushing; the last one ends the process.
function end(signal: NodeJS.Signals): void {
  process.off(signal, onSignal);
  if (process.listeners(signal).some((listener) => OURS in listener)) return;
  process.kill(process.pid, signal);
}

function finish(): void {
  for (const member of members) member.keepLeft();
  report();
}

function report(): void {
  for (const member of members) member.report();
}

function hostListens(signal: NodeJS.Signals): boolean {
  const others = process.listeners(signal).filter((listener) => !(OURS in listener));
  return others.length > signalExitListeners();
}

// One listener a signal for each copy of signal-exit; version 4 counts them on globalThis, version 3 on process.
function signalExitListeners(): number {
  const holders = [
    Reflect.get(globalThis, Symbol.for("signal-exit emitter")),
    Reflect.get(process, "__signal_exit_emitter__"),
  ];
  return holders.reduce((sum, holder) => sum + (typeof holder?.count === "number" ? holder.count : 0), 0);
}
