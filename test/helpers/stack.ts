import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import type {} from "./global-stack.js";

/** The part of a vitest test context that `createDatabase` needs. */
export interface TestLifetime {
  onTestFinished(release: () => Promise<void>): void;
}

/** Addresses of the Kafka that all integration files share, in the form of `KAFKA_BOOTSTRAP_SERVERS`. */
export function kafkaBootstrap(): string {
  return inject("KAFKA_BOOTSTRAP_SERVERS");
}

/**
 * Makes an empty database and answers its URL.
 *
 * At the top of a file, `const url = await createDatabase()`: it lives as long as the file.
 * Inside a test, `await createDatabase(t)` with the test's context: it lives as long as that test.
 */
export async function createDatabase(t?: TestLifetime): Promise<string> {
  const name = uniqueName("test").replaceAll("-", "_");
  const drop = () => onServer(`drop database if exists "${name}" with (force)`);
  if (t) t.onTestFinished(drop);
  else afterAll(drop);
  await onServer(`create database "${name}"`);
  const url = new URL(inject("DATABASE_URL"));
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * The URL of a PostgreSQL that only this file uses: for what the transactions of other files would change, because transaction ids
 * are the server's and not a database's. It lives as long as the file.
 */
export async function startOwnPostgres(): Promise<string> {
  const { postgres, stop } = await startDevStack({ only: "postgres", env: {} });
  afterAll(stop);
  if (!postgres) throw new Error("The development stack has to hold PostgreSQL.");
  return postgres.url;
}

/** A name no other test has, for a topic, a consumer group or an agent. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString("hex")}`;
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject("DATABASE_URL") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
