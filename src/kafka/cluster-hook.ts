/**
 * Shows the cluster object of everything that a kafkajs client makes, so that defects of kafkajs 2.2.4 can be mended on it. It reaches
 * into private parts of this one client, not into the package, which the host may use too. Should they look different one day, `see` is
 * not called.
 */
export function onCluster(kafka: object, see: (cluster: Record<string, unknown>) => void): void {
  const key = Object.getOwnPropertySymbols(kafka).find(
    (symbol) => symbol.description === "private:Kafka:createCluster",
  );
  if (key === undefined) return;
  afterCall(kafka, key, (cluster) => {
    if (isObject(cluster)) see(cluster);
  });
}

/** Shows what a method returns before the caller gets it. */
export function afterCall(owner: object, method: string | symbol, see: (result: unknown) => void): void {
  const original: unknown = Reflect.get(owner, method);
  if (typeof original !== "function") return;
  Reflect.set(owner, method, (...args: unknown[]) => {
    const result: unknown = Reflect.apply(original, owner, args);
    see(result);
    return result;
  });
}

/** Instances of classes too. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Makes a request of kafkajs and what reads its response, of what the request says. */
export type CreateRequest = (options: unknown) => unknown;

/** Has requests of one kind (`apiKey` in Kafka's protocol, https://kafka.apache.org/protocol#protocol_api_keys) made by what `change` returns for each broker. */
export function onRequest(
  kafka: object,
  apiKey: number,
  change: (create: CreateRequest, broker: object) => CreateRequest,
): void {
  onCluster(kafka, ({ brokerPool }) => {
    if (isObject(brokerPool))
      afterCall(brokerPool, "createBroker", (broker) => watchRequests(broker, apiKey, change));
  });
}

type Lookup = (apiKey: number, definitions: unknown) => CreateRequest;

// kafkajs sets the lookup anew when the broker has said which versions it knows. Another kind may be watched already.
function watchRequests(
  broker: unknown,
  apiKey: number,
  change: (create: CreateRequest, broker: object) => CreateRequest,
): void {
  if (!isObject(broker) || typeof broker.lookupRequest !== "function") return;
  const before = Object.getOwnPropertyDescriptor(broker, "lookupRequest");
  let lookup = broker.lookupRequest as Lookup;
  Object.defineProperty(broker, "lookupRequest", {
    configurable: true,
    enumerable: true,
    get: (): Lookup => (key, definitions) => {
      const create = lookup(key, definitions);
      return key === apiKey ? change(create, broker) : create;
    },
    set: (next: Lookup) => {
      before?.set?.call(broker, next);
      lookup = (before?.get?.call(broker) as Lookup | undefined) ?? next;
    },
  });
}
