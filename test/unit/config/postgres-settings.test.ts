import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../../src/config/postgres-settings.js";

const resolve = (
  options: Parameters<typeof resolvePostgresSettings>[0],
  variables: NodeJS.ProcessEnv = {},
) => {
  const env = new EnvReader(variables);
  const settings = resolvePostgresSettings(options, env);
  return { settings, connection: settings.connection.reveal(), problems: env.problems };
};

describe("Postgres settings", () => {
  test("without options and environment are a local server", () => {
    const { connection, settings, problems } = resolve({});
    expect(connection).toEqual({
      host: "localhost",
      port: 5432,
      user: "postgres",
      database: "postgres",
      ssl: false,
    });
    expect(settings.target).toBe("localhost:5432/postgres");
    expect(problems).toEqual([]);
  });

  test("take DATABASE_URL before POSTGRES_*, and those before PG*", () => {
    const variables = { PGHOST: "c", PGPORT: "3", POSTGRES_HOST: "b", PGUSER: "someone" };
    expect(resolve({}, variables).connection).toMatchObject({ host: "b", port: 3, database: "someone" });
    const url = "postgres://u:p@a:1/d";
    expect(resolve({}, { ...variables, DATABASE_URL: url }).connection).toEqual({
      connectionString: url,
      ssl: false,
    });
  });

  test("leave DATABASE_URL aside when the code names a host", () => {
    const { connection } = resolve({ host: "mine" }, { DATABASE_URL: "postgres://u:p@a:1/d" });
    expect(connection).toMatchObject({ host: "mine", port: 5432 });
  });

  test("name the server for messages without user and password", () => {
    expect(resolve({ url: "postgres://user:hunter2@db.example:5433/actions" }).settings.target).toBe(
      "db.example:5433/actions",
    );
    expect(resolve({ url: "postgres:///actions?host=/run/pg" }).settings.target).toBe("/run/pg:5432/actions");
  });

  test.each([
    ["disable", false],
    ["require", true],
    ["verify-full", true],
    ["no-verify", { rejectUnauthorized: false }],
  ])("read the mode %s of TLS", (mode, ssl) => {
    expect(resolve({}, { PGSSLMODE: mode }).connection).toMatchObject({ ssl });
  });

  test("name every problem, without values", () => {
    const { problems } = resolve(
      {},
      {
        DATABASE_URL: "mysql://hunter2",
        POSTGRES_PORT: "hunter2",
        PGSSLMODE: "prefer",
        AGENT_ACTIONS_POSTGRES_MAX_CONNECTIONS: "0",
        AGENT_ACTIONS_POSTGRES_STATEMENT_TIMEOUT_MS: "soon",
      },
    );
    expect(problems).toHaveLength(5);
    expect(problems.join()).not.toContain("hunter2");
  });

  test("show no secret to inspect and JSON", () => {
    const fields = resolve({ password: "hunter2" }).settings;
    const url = resolve({ url: "postgres://user:hunter2@host/db" }).settings;
    const shown = inspect([fields, url], { depth: 9, showHidden: true }) + JSON.stringify([fields, url]);
    expect(shown).not.toContain("hunter2");
  });
});
