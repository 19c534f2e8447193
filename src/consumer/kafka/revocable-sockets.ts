import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ISocketFactory } from "kafkajs";

export interface RevocableSockets {
  /** For the configuration of kafkajs. */
  readonly factory: ISocketFactory;
  /** Ends all connections at once, and lets nobody open another. */
  revoke(): void;
}

const KEEP_ALIVE_MILLIS = 60_000;

/**
 * Connections that can be taken away from kafkajs. Its `disconnect()` may wait without end for a broker that does not
 * answer (tulios/kafkajs#903, #1596), and a client that is reconnecting goes on after it (#1147, #1639): it would join the
 * group again, and hold partitions that nobody reads. Without sockets it can do neither.
 */
export function createRevocableSockets(): RevocableSockets {
  const open = new Set<Socket>();
  let revoked = false;
  return {
    factory({ host, port, ssl, onConnect }) {
      if (revoked) throw new Error("this Kafka client was closed");
      const socket = ssl
        ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
        : connectTcp({ host, port }, onConnect);
      open.add(socket);
      socket.once("close", () => open.delete(socket));
      socket.setKeepAlive(true, KEEP_ALIVE_MILLIS);
      // A commit behind a fetch on one connection would wait for the acknowledgement of the fetch, up to 40 ms.
      socket.setNoDelay(true);
      return socket;
    },
    revoke() {
      revoked = true;
      for (const socket of open) {
        // One that kafkajs has ended waits for the broker to end it too; any other has somebody who waits for an answer.
        socket.destroy(socket.writableEnded ? undefined : new Error("this Kafka client was closed"));
      }
    },
  };
}
