/** The consumer of this package, as it is. */
import pino from "pino";
import { type ConsumerOptions, startConsumer } from "../../src/consumer/index.js";
import { noteFetches } from "./latency/note-fetches.js";
import { serveReadings } from "./measured-child.js";

interface Order extends ConsumerOptions {
  /** Of this topic it is noted when records were fetched. */
  readonly noteFetchesOf?: string;
}

const { noteFetchesOf, ...options } = JSON.parse(process.argv[2] ?? "{}") as Order;
const takeFetches = noteFetchesOf === undefined ? undefined : await noteFetches(noteFetchesOf);
const consumer = await startConsumer({ ...options, logger: pino({ level: "error" }), env: {} });
// Committed, not only stored: the promise ends with the offset.
const isThrough = (): boolean => {
  const { lag, commits } = consumer.metrics();
  return commits > 0 && lag === 0;
};
serveReadings(
  () => {
    const { messages_consumed: consumed } = consumer.metrics();
    return isThrough() ? consumed : consumed - 1;
  },
  () => consumer.stop(),
  {
    isThrough,
    writes: () => {
      const { count, sum } = consumer.metrics().write_milliseconds;
      return { count, millis: sum };
    },
    ...(takeFetches !== undefined && { fetches: takeFetches }),
  },
);
