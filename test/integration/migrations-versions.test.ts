import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { startPostgres } from "../../src/devstack/postgres.js";
import { correlationId, EVENT_KINDS } from "../../src/event/index.js";
import { migrate } from "../../src/store/migrate.js";
import { migrationStatus } from "../../src/store/migration-status.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { postgresBinaries } from "../helpers/postgres-binaries.js";
import { oneRow, poolOn, settingsOf, storable } from "./store-fixture.js";

const PAGES = await Promise.all(["docs/queries.md", "docs/views.md"].map((page) => readFile(page, "utf8")));
const QUERIES = [...PAGES.join("\n").matchAll(/```sql\n([^`]+)```/g)].map(([, sql = ""]) => sql);

/** Every other test runs on the newest, 18. */
const VERSIONS = ["14.23.0-beta.17", "15.18.0-beta.17", "16.14.0-beta.17", "17.10.0-beta.17"];

const FIELDS = {
  correlation_id: "abc-123",
  agent_name: "agent",
  action_type: "tool_call",
  action_name: "Read",
  execution_id: "run-1",
  action_details: {
    tool_parameters: { file_path: "/a/b.ts", big: 1 },
    tool_result: { ok: true },
    success: true,
  },
};

test.each(VERSIONS)(
  "PostgreSQL %s migrates, takes all six kinds, and answers every query of the pages",
  async (version) => {
    const server = await startPostgres({ binaries: await postgresBinaries(version) });
    try {
      await useEverything(server.url, version);
    } finally {
      await server.close();
    }
  },
);

async function useEverything(url: string, version: string): Promise<void> {
  await migrate(settingsOf(url));
  expect((await migrate(settingsOf(url))).applied).toEqual([]);
  const pool = poolOn(url);
  expect((await oneRow<{ server_version: string }>(pool, "show server_version")).server_version).toMatch(
    new RegExp(`^${version.split(".")[0]}\\.`),
  );
  expect(await migrationStatus(pool)).toMatchObject({ upToDate: true });

  const batch = EVENT_KINDS.map((kind) =>
    storable(kind, { ...FIELDS, name: "good", timestamp: "2026-11-22T17:00:00.000001Z" }),
  );
  const writer = createBatchWriter(pool);
  expect(await writer.write(batch)).toMatchObject({
    inserted: EVENT_KINDS.length,
    duplicates: 0,
    fileOperations: 1,
    refused: [],
  });
  expect(await writer.write(batch)).toMatchObject({
    inserted: 0,
    duplicates: EVENT_KINDS.length,
    fileOperations: 0,
    refused: [],
  });

  const { uuid } = await oneRow<{ uuid: string }>(pool, "select correlation_uuid('abc-123') as uuid");
  expect(uuid).toBe(correlationId("abc-123").uuid);
  expect(QUERIES.length).toBeGreaterThan(5);
  for (const query of QUERIES) await pool.query(query);
}
