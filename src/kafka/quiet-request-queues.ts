import { afterCall, isObject, onCluster } from "./cluster-hook.js";

/** Between two looks for requests whose response is overdue. */
const OVERDUE_CHECK_MILLIS = 1_000;

/**
 * Two timers of a kafkajs connection (2.2.4) that wake the process for nothing.
 *
 * After every response its request queue sets one with a negative time, although nothing waits to be sent (its issue 1751, still open). Node 24
 * prints a warning about that into the host's output. The queue of a client that was given here sets it only when something waits.
 *
 * Every 100 ms each connection looks for requests whose response is overdue. Here it does so once a second, or as often as its time limit says.
 */
export function quietRequestQueues(kafka: object): void {
  onCluster(kafka, ({ connectionPoolBuilder: builder }) => {
    // Should it reject, kafkajs has the same promise and deals with it.
    if (isObject(builder)) afterCall(builder, "build", (pool) => void quietPool(pool).catch(() => undefined));
  });
}

async function quietPool(built: unknown): Promise<void> {
  const pool = await built;
  if (!isObject(pool) || !Array.isArray(pool.pool)) return;
  for (const connection of pool.pool) {
    const queue: unknown = connection?.requestQueue;
    if (isObject(queue)) {
      quietQueue(queue);
      checkSeldom(queue);
    }
  }
}

function quietQueue(queue: Record<string, unknown>): void {
  const { scheduleCheckPendingRequests: schedule } = queue;
  if (typeof schedule !== "function") return;
  queue.scheduleCheckPendingRequests = () => {
    if (Array.isArray(queue.pending) && queue.pending.length === 0) return;
    Reflect.apply(schedule, queue, []);
  };
}

/** The parts of kafkajs's request queue that its check uses. */
interface CheckedQueue {
  requestTimeoutIntervalId: unknown;
  readonly requestTimeout: number;
  readonly inflight: ReadonlyMap<number, OpenRequest>;
  isConnected(): boolean;
  destroy(): void;
}

interface OpenRequest {
  readonly sentAt: number;
  readonly requestTimeout: number;
  timeoutRequest(): void;
}

const isChecked = (queue: Record<string, unknown>): queue is Record<string, unknown> & CheckedQueue =>
  queue.requestTimeoutIntervalId != null &&
  typeof queue.requestTimeout === "number" &&
  queue.inflight instanceof Map &&
  typeof queue.isConnected === "function" &&
  typeof queue.destroy === "function";

function checkSeldom(queue: Record<string, unknown>): void {
  afterCall(queue, "scheduleRequestTimeoutCheck", () => {
    if (!isChecked(queue)) return;
    clearInterval(queue.requestTimeoutIntervalId as NodeJS.Timeout);
    queue.requestTimeoutIntervalId = setInterval(
      () => check(queue),
      Math.min(queue.requestTimeout, OVERDUE_CHECK_MILLIS),
    );
  });
}

function check(queue: CheckedQueue): void {
  for (const request of queue.inflight.values())
    if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
  if (!queue.isConnected()) queue.destroy();
}
