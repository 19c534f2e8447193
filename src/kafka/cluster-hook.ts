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
