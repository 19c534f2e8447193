import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

/** What kafkajs asks its socket factory for. */
export interface SocketRequest {
  readonly host: string;
  readonly port: number;
  readonly ssl?: ConnectionOptions | undefined;
  readonly onConnect: () => void;
}

const KEEP_ALIVE_MILLIS = 60_000;

/**
 * The sockets of one Kafka client. kafkajs offers no way to give up a request, so owning the sockets is the way: a socket
 * that is destroyed with an error rejects whatever waits for it.
 *
 * None of them keeps the process alive.
 */
export class KafkaSockets {
  readonly #open = new Map<Socket, string>();
  readonly #reached = new Set<string>();
  #cut: Error | undefined;

  readonly create = ({ host, port, ssl, onConnect }: SocketRequest): Socket => {
    // kafkajs makes a connection error of what is thrown here.
    if (this.#cut) throw this.#cut;
    const address = `${host}:${port}`;
    const connected = () => {
      this.#reached.add(address);
      onConnect();
    };
    const socket = ssl
      ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, connected)
      : connect({ host, port }, connected);
    this.#open.set(socket, address);
    socket.once("close", () => this.#open.delete(socket));
    return socket.setKeepAlive(true, KEEP_ALIVE_MILLIS).setNoDelay(true).unref();
  };

  /** Addresses with a socket, connected or connecting. */
  get addresses(): string[] {
    return [...new Set(this.#open.values())];
  }

  /** Whether there ever was a connection to the address. */
  hasReached(address: string): boolean {
    return this.#reached.has(address);
  }

  /** Ends every socket with the error, and lets nobody connect until `allow()`. */
  cut(error: Error): void {
    this.#cut = error;
    for (const socket of this.#open.keys()) {
      // kafkajs's exchange of credentials listens to `end` alone, and would wait for ever.
      socket.emit("end");
      socket.destroy(error);
    }
  }

  allow(): void {
    this.#cut = undefined;
  }
}
