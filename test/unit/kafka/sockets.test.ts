import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { expect, test } from "vitest";
import { KafkaSockets } from "../../../src/kafka/sockets.js";

async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

test("a socket that is closed keeps nothing, however often it is given up", async (t) => {
  const server = createServer((socket) => socket.destroy());
  t.onTestFinished(() => void server.close());
  const sockets = new KafkaSockets();
  const socket = sockets.create({
    host: "127.0.0.1",
    port: await portOf(server),
    onConnect: () => undefined,
  });
  socket.on("error", () => undefined);
  socket.resume();
  await once(socket, "close");
  for (let times = 0; times < 20; times++) {
    socket.end();
    socket.unref();
  }
  expect(socket.listenerCount("connect")).toBe(0);
  expect(sockets.addresses).toEqual([]);
});
