import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort, portOpen } from "../../../src/internal/ports.js";

test("a free port can be listened on, and lies outside of what systems give to outgoing connections", async () => {
  const port = await freePort();
  expect(port).toBeGreaterThan(1_024);
  expect(port).toBeLessThan(32_768);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  expect(await portOpen(port)).toBe(true);
  server.close();
  await once(server, "close");
  expect(await portOpen(port)).toBe(false);
});
