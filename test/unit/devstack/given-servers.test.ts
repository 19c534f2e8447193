import { expect, test } from "vitest";
import { givenServers } from "../../../src/devstack/dev-stack.js";

test("nothing is given by an environment without addresses, nor by one with empty ones", () => {
  expect(givenServers({})).toEqual({});
  expect(
    givenServers({ KAFKA_BOOTSTRAP_SERVERS: "", DATABASE_URL: "", POSTGRES_HOST: "", PGHOST: "" }),
  ).toEqual({});
  expect(givenServers({ POSTGRES_PORT: "5436", POSTGRES_PASSWORD: "x", PGPORT: "5432" })).toEqual({});
});

test("addresses are taken as they are", () => {
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: "a:9092,b:9092",
    DATABASE_URL: "postgresql://u:p@h/d?sslmode=require",
  };
  expect(givenServers(env)).toEqual({ bootstrapServers: "a:9092,b:9092", databaseUrl: env.DATABASE_URL });
});

test("the specification's variables make a URL, with everything escaped that has to be", () => {
  const env = {
    POSTGRES_HOST: "db.internal",
    POSTGRES_PORT: "5436",
    POSTGRES_DATABASE: "omninode bridge",
    POSTGRES_USER: "agent@team",
    POSTGRES_PASSWORD: "p:/?#[]@%",
  };
  const { databaseUrl = "" } = givenServers(env);
  const url = new URL(databaseUrl);
  expect([url.hostname, url.port]).toEqual(["db.internal", "5436"]);
  expect(decodeURIComponent(url.pathname)).toBe("/omninode bridge");
  expect(decodeURIComponent(url.username)).toBe("agent@team");
  expect(decodeURIComponent(url.password)).toBe("p:/?#[]@%");
});

test("DATABASE_URL comes before POSTGRES_HOST, and that before PGHOST", () => {
  const env = { DATABASE_URL: "postgres://one/x", POSTGRES_HOST: "two", PGHOST: "three" };
  expect(givenServers(env).databaseUrl).toBe("postgres://one/x");
  expect(givenServers({ ...env, DATABASE_URL: "" }).databaseUrl).toBe(
    "postgres://postgres@two:5432/postgres",
  );
  expect(givenServers({ PGHOST: "three" }).databaseUrl).toBe("postgres://postgres@three:5432/postgres");
});

test("a host may be an IPv6 address or the folder of a socket file", () => {
  expect(givenServers({ POSTGRES_HOST: "::1" }).databaseUrl).toBe("postgres://postgres@[::1]:5432/postgres");
  const { databaseUrl = "" } = givenServers({ PGHOST: "/var/run/postgresql" });
  expect(new URL(databaseUrl).searchParams.get("host")).toBe("/var/run/postgresql");
});
