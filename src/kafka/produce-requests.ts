/**
 * Has the Produce requests of a kafkajs client written by `produce-encoding.ts`, which takes a fraction of the time, and those to a broker that is
 * connected put straight into its connection's queue of requests. All else stays with kafkajs: which broker, sequence numbers, the connection, the queue,
 * what a response means. Should its private parts look different one day, it writes and sends them itself.
 */
import { afterCall, isObject, onCluster, onRequest } from "./cluster-hook.js";
import { encodeProduce, isProduceOptions, isProduceVersion, PRODUCE } from "./produce-encoding.js";
import { readProduced } from "./produce-response.js";

export function writeProduceRequests(kafka: object): void {
  const seen = new WeakMap<object, Produce>();
  onRequest(kafka, PRODUCE, (create, broker) => (options) => {
    const made = create(options);
    const produce = encoded(made, options);
    if (produce !== undefined) seen.set(broker, produce);
    return made;
  });
  onCluster(kafka, ({ brokerPool }) => {
    if (!isObject(brokerPool)) return;
    afterCall(brokerPool, "createBroker", (broker) => {
      if (isObject(broker)) sendDirectly(broker, () => seen.get(broker));
    });
  });
}

/** How kafkajs makes Produce requests to a broker. */
interface Produce {
  readonly version: number;
  readonly response: {
    decode(payload: unknown): Promise<{ readonly clientSideThrottleTime?: number }>;
    parse(decoded: unknown): Promise<unknown>;
  };
}

/** @returns how the request is made, which a broker object of kafkajs keeps for good; `undefined` for one that is left to kafkajs */
function encoded(made: unknown, options: unknown): Produce | undefined {
  const { request, response } = isObject(made) ? made : {};
  if (!isObject(request) || !isProduceOptions(options)) return undefined;
  const { apiVersion: version } = request;
  if (!isProduceVersion(version)) return undefined;
  request.encode = async () => asEncoder(await encodeProduce(options));
  return isResponse(response) ? { version, response } : undefined;
}

const isResponse = (response: unknown): response is Produce["response"] =>
  isObject(response) && typeof response.decode === "function" && typeof response.parse === "function";

/** What kafkajs takes from an encoder of its own. */
const asEncoder = (buffer: Buffer) => ({ buf: buffer, buffer, size: () => buffer.length });

/** A connection of kafkajs, as far as it is used. */
interface Connection {
  readonly clientId: string;
  readonly sasl: unknown;
  readonly socket: { write(bytes: Buffer): unknown };
  readonly requestQueue: {
    push(request: {
      readonly entry: object;
      readonly expectResponse: boolean;
      readonly requestTimeout: null;
      readonly sendRequest: () => void;
    }): void;
    maybeThrottle(millis: number | undefined): void;
  };
  isConnected(): boolean;
  isAuthenticated(): boolean;
  nextCorrelationId(): number;
}

/**
 * Between asking for a request and its bytes on the socket kafkajs makes a dozen promises and loads the request's module by name each time: for one record
 * that is most of what sending it costs.
 */
function sendDirectly(broker: Record<string, unknown>, produceOf: () => Produce | undefined): void {
  const original = broker.produce;
  if (typeof original !== "function") return;
  broker.produce = async (options: unknown): Promise<unknown> => {
    const produce = produceOf();
    const connection = readyConnection(broker.connectionPool);
    if (produce === undefined || connection === undefined || !isProduceOptions(options) || options.acks === 0)
      return Reflect.apply(original, broker, [options]);
    const body = encodeProduce(options);
    const bytes = Buffer.isBuffer(body) ? body : await body;
    // Lost meanwhile: kafkajs knows what to do.
    if (!connection.isConnected()) return Reflect.apply(original, broker, [options]);
    try {
      return await request(connection, produce, bytes);
    } catch (error) {
      // As kafkajs does with a broker that closes the connection.
      if (isObject(error) && error.name === "KafkaJSConnectionClosedError" && isBroker(broker))
        await broker.disconnect();
      throw error;
    }
  };
}

const isBroker = (broker: object): broker is { disconnect(): Promise<void> } =>
  "disconnect" in broker && typeof broker.disconnect === "function";

/** The connection for everything but fetching, where nothing has to be done before it takes a request. */
function readyConnection(pool: unknown): Connection | undefined {
  const [first]: unknown[] = isObject(pool) && Array.isArray(pool.pool) ? pool.pool : [];
  if (!isConnection(first) || !first.isConnected()) return undefined;
  return first.sasl == null || first.isAuthenticated() ? first : undefined;
}

const isConnection = (value: unknown): value is Connection =>
  isObject(value) &&
  typeof value.clientId === "string" &&
  isObject(value.socket) &&
  isObject(value.requestQueue) &&
  typeof value.requestQueue.push === "function" &&
  typeof value.requestQueue.maybeThrottle === "function" &&
  typeof value.isConnected === "function" &&
  typeof value.isAuthenticated === "function" &&
  typeof value.nextCorrelationId === "function";

async function request(
  connection: Connection,
  { version, response }: Produce,
  body: Buffer,
): Promise<unknown> {
  const correlationId = connection.nextCorrelationId();
  const { payload } = await new Promise<{ readonly payload: unknown }>((resolve, reject) => {
    const entry = {
      apiKey: PRODUCE,
      apiName: "Produce",
      apiVersion: version,
      correlationId,
      resolve,
      reject,
    };
    connection.requestQueue.push({
      entry,
      expectResponse: true,
      requestTimeout: null,
      sendRequest: () => connection.socket.write(framed(body, version, correlationId, connection.clientId)),
    });
  });
  const produced = Buffer.isBuffer(payload) ? readProduced(payload, version) : undefined;
  if (produced !== undefined) {
    connection.requestQueue.maybeThrottle(produced.clientSideThrottleTime);
    return produced;
  }
  const decoded = await response.decode(payload);
  connection.requestQueue.maybeThrottle(decoded.clientSideThrottleTime);
  return response.parse(decoded);
}

/** Behind its length and header, version 1: https://kafka.apache.org/protocol#protocol_messages */
function framed(body: Buffer, version: number, correlationId: number, clientId: string): Buffer {
  const idBytes = Buffer.byteLength(clientId, "utf8");
  const headBytes = 14 + idBytes;
  const bytes = Buffer.allocUnsafe(headBytes + body.length);
  bytes.writeInt32BE(bytes.length - 4, 0);
  bytes.writeInt16BE(PRODUCE, 4);
  bytes.writeInt16BE(version, 6);
  bytes.writeInt32BE(correlationId, 8);
  bytes.writeInt16BE(idBytes, 12);
  bytes.write(clientId, 14, "utf8");
  body.copy(bytes, headBytes);
  return bytes;
}
