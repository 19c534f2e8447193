import { randomInt } from "node:crypto";
import { connect, createServer } from "node:net";

/**
 * Below the ports that Linux (32768), macOS and Windows (49152) give to outgoing connections. A server that is
 * restarted on a port from there could find it taken by a client's connection, even by one to itself: a client that
 * retries while nobody listens connects to itself when the system happens to give it that very port.
 */
const LOWEST_PORT = 15_000;
const HIGHEST_PORT = 32_000;
const ATTEMPTS = 100;

/**
 * A port of the loopback interface on which nobody listens now. Another process can take it before the caller does:
 * whoever binds it has to be ready to ask for another.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (await canListen(port)) return port;
  }
  throw new Error(
    `No free port found on 127.0.0.1: tried ${ATTEMPTS} between ${LOWEST_PORT} and ${HIGHEST_PORT}.`,
  );
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether somebody listens on a port of the loopback interface. */
export function portOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const settle = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}
