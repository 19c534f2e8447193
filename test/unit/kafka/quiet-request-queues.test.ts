import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { quietRequestQueues } from "../../../src/kafka/quiet-request-queues.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A request queue of kafkajs's form, as far as its two timers go. */
class Queue {
  readonly requestTimeout: number;
  readonly pending: unknown[] = [];
  readonly inflight = new Map<number, { sentAt: number; requestTimeout: number; timeoutRequest(): void }>();
  requestTimeoutIntervalId: NodeJS.Timeout | undefined;
  connected = true;
  checks = 0;
  readonly #enforces: boolean;

  constructor(requestTimeout: number, enforces: boolean) {
    this.requestTimeout = requestTimeout;
    this.#enforces = enforces;
  }

  isConnected = (): boolean => this.connected;

  scheduleRequestTimeoutCheck(): void {
    if (!this.#enforces) return;
    this.destroy();
    this.requestTimeoutIntervalId = setInterval(
      () => {
        this.checks += 1;
      },
      Math.min(this.requestTimeout, 100),
    );
  }

  scheduleCheckPendingRequests(): void {
    setTimeout(() => undefined, -1);
  }

  destroy(): void {
    clearInterval(this.requestTimeoutIntervalId);
  }
}

/** A queue of a client that was quieted, with a connection that is open. */
async function quieted(requestTimeout = 30_000, enforces = true) {
  const queue = new Queue(requestTimeout, enforces);
  const connectionPoolBuilder = { build: async () => ({ pool: [{ requestQueue: queue }] }) };
  const kafka = { [Symbol("private:Kafka:createCluster")]: () => ({ connectionPoolBuilder }) };
  quietRequestQueues(kafka);
  const key = Object.getOwnPropertySymbols(kafka)[0] as keyof typeof kafka;
  await (
    kafka[key] as () => { connectionPoolBuilder: typeof connectionPoolBuilder }
  )().connectionPoolBuilder.build();
  await vi.advanceTimersByTimeAsync(0);
  queue.scheduleRequestTimeoutCheck();
  const overdue: number[] = [];
  const send = (id: number, limit: number): void => {
    const timeoutRequest = () => {
      overdue.push(id);
      queue.inflight.delete(id);
    };
    queue.inflight.set(id, { sentAt: Date.now(), requestTimeout: limit, timeoutRequest });
  };
  return { queue, overdue, send };
}

test("a request whose response is overdue ends within a second more, and no other", async () => {
  const { overdue, send } = await quieted();
  send(1, 5_000);
  send(2, 60_000);
  vi.advanceTimersByTime(4_999);
  expect(overdue).toEqual([]);
  vi.advanceTimersByTime(1_001);
  expect(overdue).toEqual([1]);
});

test("a time limit below a second is kept as exactly as it is long", async () => {
  const { overdue, send } = await quieted(200);
  send(1, 200);
  vi.advanceTimersByTime(400);
  expect(overdue).toEqual([1]);
});

test("a connection wakes the process once a second, and not when it is gone", async () => {
  const { queue } = await quieted();
  vi.advanceTimersByTime(10_000);
  expect(queue.checks).toBe(0);
  expect(vi.getTimerCount()).toBe(1);
  queue.connected = false;
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
});

test("where kafkajs is not to look for them, nobody does", async () => {
  await quieted(30_000, false);
  expect(vi.getTimerCount()).toBe(0);
});

test("the pending requests are looked at later only where there are any", async () => {
  const { queue } = await quieted(30_000, false);
  queue.scheduleCheckPendingRequests();
  expect(vi.getTimerCount()).toBe(0);
  queue.pending.push({});
  queue.scheduleCheckPendingRequests();
  expect(vi.getTimerCount()).toBe(1);
});
