import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../../src/config/env-reader.js";
import { type PostgresOptions, resolvePostgresSettings } from "../../../src/config/postgres-settings.js";

const URL_OF_TEAM = "postgres://app:pw@db.example:5433/actions";

function resolve(options: PostgresOptions, variables: NodeJS.ProcessEnv) {
  const env = new EnvReader(variables);
  const settings = resolvePostgresSettings(options, env);
  // What the driver makes of it, without connecting.
  const { host, port, database, user, ssl } = new pg.Client(settings.connection.reveal());
  return { host, port, database, user, ssl, target: settings.target, problems: env.problems };
}

const TEAM = { host: "db.example", port: 5433, database: "actions", user: "app" };

describe("TLS beside DATABASE_URL", () => {
  test.each([
    ["AGENT_ACTIONS_POSTGRES_SSL", "require", true],
    ["AGENT_ACTIONS_POSTGRES_SSL", "no-verify", { rejectUnauthorized: false }],
    ["PGSSLMODE", "verify-full", true],
  ])("%s=%s is applied", (name, mode, ssl) => {
    expect(resolve({}, { DATABASE_URL: URL_OF_TEAM, [name]: mode })).toMatchObject({
      ...TEAM,
      ssl,
      problems: [],
    });
  });

  test("asked for in code is applied, and leaves the database where it is", () => {
    expect(resolve({ ssl: true }, { DATABASE_URL: URL_OF_TEAM })).toMatchObject({
      ...TEAM,
      ssl: true,
      problems: [],
    });
    expect(resolve({ ssl: { ca: "CA" }, url: URL_OF_TEAM }, {})).toMatchObject({
      ...TEAM,
      ssl: { ca: "CA" },
    });
  });

  test.each([
    ["?sslmode=require", {}, true],
    ["?sslmode=prefer", {}, true],
    ["?ssl=true", {}, true],
    ["?ssl=0", {}, false],
    ["?sslmode=disable", {}, false],
    ["?sslmode=no-verify", {}, { rejectUnauthorized: false }],
    ["?sslmode=require&uselibpqcompat=true", {}, { rejectUnauthorized: false }],
    ["?sslmode=disable", { AGENT_ACTIONS_POSTGRES_SSL: "require" }, true],
    ["?sslmode=require", { PGSSLMODE: "disable" }, true],
  ])("the URL's %s with %j means %j", (query, variables, ssl) => {
    expect(resolve({}, { DATABASE_URL: URL_OF_TEAM + query, ...variables })).toMatchObject({
      ...TEAM,
      ssl,
      problems: [],
    });
  });

  test.each<[PostgresOptions, NodeJS.ProcessEnv]>([
    [{ ssl: false }, { DATABASE_URL: `${URL_OF_TEAM}?sslmode=require` }],
    [{}, { DATABASE_URL: `${URL_OF_TEAM}?sslmode=require`, AGENT_ACTIONS_POSTGRES_SSL: "disable" }],
    [{}, { DATABASE_URL: `${URL_OF_TEAM}?sslmode=disable`, PGSSLMODE: "require" }],
    [{ ssl: false }, { PGSSLMODE: "require" }],
  ])("is a mistake where another place asks for none: %j with %j", (options, variables) => {
    expect(resolve(options, variables).problems).toEqual([expect.stringContaining("asks for TLS and")]);
  });

  test("certificates that the URL names are read; one that cannot be is a mistake", () => {
    const file = join(tmpdir(), `ca-${process.pid}.pem`);
    writeFileSync(file, "CA");
    expect(
      resolve({}, { DATABASE_URL: `${URL_OF_TEAM}?sslmode=verify-full&sslrootcert=${file}` }),
    ).toMatchObject({
      ssl: { ca: "CA" },
      problems: [],
    });
    expect(resolve({}, { DATABASE_URL: `${URL_OF_TEAM}?sslrootcert=/nowhere.pem` }).problems).toEqual([
      "sslrootcert of the URL has to name a file that can be read",
    ]);
  });
});

describe("single fields in code beside DATABASE_URL", () => {
  test.each([
    [{ password: "other" }, TEAM],
    [
      { user: "reader", database: "copy" },
      { ...TEAM, user: "reader", database: "copy" },
    ],
    [{ port: 6432 }, { ...TEAM, port: 6432 }],
    [{ host: "mine" }, { host: "mine", port: 5432, user: "postgres", database: "postgres" }],
  ])("%j", (options, expected) => {
    const { problems, ...connection } = resolve(options, { DATABASE_URL: URL_OF_TEAM });
    expect(connection).toMatchObject(expected);
    expect(connection.target).toBe(`${expected.host}:${expected.port}/${expected.database}`);
    expect(problems).toEqual([]);
  });
});

test("the address of a Kubernetes service in POSTGRES_PORT is passed over, and said", () => {
  const env = new EnvReader({ POSTGRES_PORT: "tcp://10.0.0.1:5432", POSTGRES_HOST: "postgres" });
  expect(resolvePostgresSettings({}, env).target).toBe("postgres:5432/postgres");
  expect(env.problems).toEqual([]);
  expect(env.notices).toEqual([
    expect.stringContaining("POSTGRES_PORT holds the address of a Kubernetes service"),
  ]);
});
