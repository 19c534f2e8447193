import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

/** What kafkajs asks its socket factory for. */
export interface SocketRequest {
  readonly host: string;
  readonly port: number;
  readonly ssl?: ConnectionOptions | undefined;
  readonly onConnect: () => void;
}

export interface KafkaSocketsOptions {
  /** Whether an open connection keeps the process alive. @default true */
  readonly keepProcessAlive?: boolean;
  /** Called for every connection that is opened, before it is known whether it succeeds. */
  readonly onConnecting?: (address: { readonly host: string; readonly port: number }) => void;
}

const KEEP_ALIVE_MILLIS = 60_000;

/**
 * The sockets of one Kafka client. kafkajs offers no way to give up a request, and its `disconnect()` may wait without end for
 * a broker that does not respond (tulios/kafkajs#903, #1596); a client that is reconnecting goes on after it (#1147, #1639) and would
 * join its group again. Owning the sockets is the way out: a socket that is destroyed with an error rejects whatever waits
 * for it, and without sockets kafkajs can do nothing.
 */
export class KafkaSockets {
  readonly #options: KafkaSocketsOptions;
  readonly #open = new Map<Socket, string>();
  readonly #reached = new Set<string>();
  #cut: Error | undefined;

  constructor(options: KafkaSocketsOptions = {}) {
    this.#options = options;
  }

  /** For the configuration of kafkajs. */
  readonly create = ({ host, port, ssl, onConnect }: SocketRequest): Socket => {
    // kafkajs makes a connection error of what is thrown here.
    if (this.#cut) throw this.#cut;
    this.#options.onConnecting?.({ host, port });
    const address = `${host}:${port}`;
    const connected = () => {
      this.#reached.add(address);
      onConnect();
    };
    // An IP address is no server name in TLS.
    const socket = ssl
      ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, connected)
      : connect({ host, port }, connected);
    this.#open.set(socket, address);
    socket.once("close", () => {
      this.#open.delete(socket);
      // kafkajs calls it each time that it gives up on a broker which it has lost, and Node would note each call for when the socket is connected.
      socket.unref = () => socket;
    });
    // Without a delay: a commit behind a fetch on one connection would wait for the fetch's TCP acknowledgement, up to 40 ms.
    socket.setKeepAlive(true, KEEP_ALIVE_MILLIS).setNoDelay(true);
    return this.#options.keepProcessAlive === false ? socket.unref() : socket;
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
  cut(error: Error = new Error("this Kafka client was closed")): void {
    this.#cut = error;
    for (const socket of this.#open.keys()) {
      // kafkajs's exchange of credentials listens to `end` alone, and would wait for ever.
      socket.emit("end");
      // One that kafkajs has ended waits for the broker to end it too; nobody waits for a response of it.
      socket.destroy(socket.writableEnded ? undefined : error);
    }
  }

  allow(): void {
    this.#cut = undefined;
  }
}
