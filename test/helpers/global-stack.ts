import type { TestProject } from "vitest/node";
import { startDevStack } from "../../src/devstack/dev-stack.js";

declare module "vitest" {
  export interface ProvidedContext {
    KAFKA_BOOTSTRAP_SERVERS: string;
    DATABASE_URL: string;
  }
}

/**
 * One real Kafka and one real PostgreSQL for all integration files, or the servers that the environment names.
 * A server that does not come up fails the run: no test is skipped for want of one.
 */
export default async function globalStack(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startDevStack({ onProgress: (message) => console.log(message) });
  if (!stack.kafka || !stack.postgres) throw new Error("The development stack has to hold both servers.");
  project.provide("KAFKA_BOOTSTRAP_SERVERS", stack.kafka.bootstrapServers);
  project.provide("DATABASE_URL", stack.postgres.url);
  return () => stack.stop();
}
