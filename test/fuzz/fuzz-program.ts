/**
 * A service that says what its process needs: on SIGUSR2, the largest memory, and the most CPU time that it used between two ticks of a timer, which
 * is what it did without letting others have a turn. CPU time is that of all its threads, so it is an upper bound, and a busy machine does not change it.
 */
const TICK_MILLIS = 10;
let largest = { rssBytes: 0, heapBytes: 0, sliceMillis: 0 };
let before = process.cpuUsage();
setInterval(() => {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  largest = {
    rssBytes: Math.max(largest.rssBytes, rss),
    heapBytes: Math.max(largest.heapBytes, heapUsed),
    sliceMillis: Math.max(largest.sliceMillis, (user + system) / 1_000),
  };
}, TICK_MILLIS).unref();

process.on("SIGUSR2", () => process.stdout.write(`${JSON.stringify({ largest })}\n`));

process.argv.push("consume");
await import(new URL("../../dist/src/cli/main.js", import.meta.url).href);
