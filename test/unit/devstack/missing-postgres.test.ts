import { expect, test, vi } from "vitest";
import { startDevStack } from "../../../src/devstack/dev-stack.js";
import { DevStackError } from "../../../src/errors.js";
import { temporaryFolder } from "./temporary-folder.js";

vi.mock("../../../src/devstack/postgres-binaries.js", () => ({
  findPostgres: async () => {
    throw new DevStackError("A real PostgreSQL needs a package.");
  },
}));

test("a missing package for Postgres is said before anything is started", async () => {
  const dataDir = `${await temporaryFolder()}/untouched`;
  const messages: string[] = [];
  const started = startDevStack({
    dataDir,
    env: { PATH: process.env.PATH },
    onProgress: (text) => messages.push(text),
  });
  await expect(started).rejects.toThrow("A real PostgreSQL needs a package.");
  expect(messages).toEqual([]);
});

test("together with what Kafka lacks", async () => {
  const folder = await temporaryFolder();
  const started = startDevStack({ env: { PATH: folder, AGENT_ACTIONS_CACHE_DIR: folder } });
  await expect(started).rejects.toThrow(/A real Kafka needs.*\n\n.*A real PostgreSQL needs/s);
});
