/** The consumer of this package, as it is. */
import pino from "pino";
import { type ConsumerOptions, startConsumer } from "../../src/consumer/index.js";
import { serveReadings } from "./measured-child.js";

const options = JSON.parse(process.argv[2] ?? "{}") as ConsumerOptions;
const consumer = await startConsumer({ ...options, logger: pino({ level: "error" }), env: {} });
// Committed, not only stored: the promise ends with the offset.
serveReadings(
  () => {
    const { messages_consumed: consumed, lag, commits } = consumer.metrics();
    return commits > 0 && lag === 0 ? consumed : Math.min(consumed, consumed - 1);
  },
  () => consumer.stop(),
  () => {
    const { count, sum } = consumer.metrics().write_milliseconds;
    return { count, millis: sum };
  },
);
