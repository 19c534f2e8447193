import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { EnvReader } from "../../src/config/env-reader.js";
import { resolvePostgresSettings } from "../../src/config/postgres-settings.js";
import { startPostgres } from "../../src/devstack/postgres.js";
import { serverAccount } from "../../src/devstack/server-account.js";
import { createPool } from "../../src/store/pool.js";
import { createAuthority } from "../helpers/certificates.js";
import { cli } from "./cli-program.js";

const authority = await createAuthority("authority of the database");
const stranger = await createAuthority("somebody else");
const folder = await mkdtemp(join(tmpdir(), "postgres-tls-"));
const postgres = await startPostgres();
afterAll(async () => {
  await postgres.close();
  await rm(folder, { recursive: true });
  await Promise.all([authority.close(), stranger.close()]);
});

const onServer = async (...statements: string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
};

/** From now on the server has a certificate for these names. */
async function serve(names: readonly string[]): Promise<void> {
  const { key, cert } = await authority.issue("database", names);
  const account = await serverAccount();
  for (const [name, text] of [
    ["server.key", key],
    ["server.pem", cert],
  ] as const) {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    if (account) await chown(file, account.uid, account.gid);
  }
  if (account) await chown(folder, account.uid, account.gid);
  await onServer(
    `alter system set ssl_cert_file = '${join(folder, "server.pem")}'`,
    `alter system set ssl_key_file = '${join(folder, "server.key")}'`,
    "alter system set ssl = on",
    "select pg_reload_conf()",
  );
}

const caFile = join(folder, "ca.pem");
const otherCaFile = join(folder, "other.pem");
await writeFile(caFile, authority.ca);
await writeFile(otherCaFile, stranger.ca);
await serve(["IP:127.0.0.1", "DNS:localhost"]);

/** Whether the connection is encrypted, or why there is none. */
async function connect(env: NodeJS.ProcessEnv, options: Parameters<typeof resolvePostgresSettings>[0] = {}) {
  const reader = new EnvReader(env);
  const settings = resolvePostgresSettings(options, reader);
  expect(reader.problems).toEqual([]);
  const pool = createPool(settings);
  try {
    const { rows } = await pool.query<{ ssl: boolean }>(
      "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
    );
    return rows[0]?.ssl === true ? "encrypted" : "plain";
  } catch (error) {
    return String((error as { code?: unknown }).code);
  } finally {
    await pool.end();
  }
}

const url = (parameters: Record<string, string>): string =>
  `${postgres.url}?${new URLSearchParams(parameters)}`;

describe("TLS to a real PostgreSQL", () => {
  test.each([
    ["no word about TLS", {}, "plain"],
    ["its authority, full check", { sslmode: "verify-full", sslrootcert: caFile }, "encrypted"],
    ["require checks as much", { sslmode: "require", sslrootcert: caFile }, "encrypted"],
    ["no authority", { sslmode: "verify-full" }, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    [
      "another authority",
      { sslmode: "verify-full", sslrootcert: otherCaFile },
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ],
    ["require without its authority", { sslmode: "require" }, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["no check", { sslmode: "no-verify" }, "encrypted"],
    ["libpq's require", { sslmode: "require", uselibpqcompat: "true" }, "encrypted"],
  ])("in the URL: %s", async (_, parameters, expected) => {
    expect(await connect({ DATABASE_URL: url(parameters as Record<string, string>) })).toBe(expected);
  });

  test("in code, and by the variable beside DATABASE_URL", async () => {
    expect(await connect({}, { url: postgres.url, ssl: { ca: authority.ca } })).toBe("encrypted");
    expect(await connect({}, { url: postgres.url, ssl: { ca: stranger.ca } })).toBe(
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    );
    expect(await connect({ DATABASE_URL: postgres.url, AGENT_ACTIONS_POSTGRES_SSL: "no-verify" })).toBe(
      "encrypted",
    );
    expect(await connect({ DATABASE_URL: postgres.url, PGSSLMODE: "verify-full" })).toBe(
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    );
  });

  test("for the command line, with NODE_EXTRA_CA_CERTS; without it one sentence says why not", async (t) => {
    const env = { DATABASE_URL: postgres.url, AGENT_ACTIONS_POSTGRES_SSL: "verify-full" };
    const refused = await cli(t, ["migrate"], env);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/certificate/);
    expect(await cli(t, ["migrate"], { ...env, NODE_EXTRA_CA_CERTS: caFile })).toMatchObject({ code: 0 });
  });

  test("a certificate for another host is refused, but where names are not asked for", async () => {
    await serve(["DNS:db.example.com"]);
    const asked = { sslmode: "verify-full", sslrootcert: caFile };
    const until = performance.now() + 20_000;
    let answer = await connect({ DATABASE_URL: url(asked) });
    // The server reads its settings anew in its own time.
    while (answer === "encrypted" && performance.now() < until)
      answer = await connect({ DATABASE_URL: url(asked) });
    expect(answer).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    const anyName = { sslmode: "verify-ca", sslrootcert: caFile, uselibpqcompat: "true" };
    expect(await connect({ DATABASE_URL: url(anyName) })).toBe("encrypted");
  });

  test("a server without TLS is not talked to in plain text where TLS was asked for", async () => {
    await onServer("alter system set ssl = off", "select pg_reload_conf()");
    const asked = () => connect({ DATABASE_URL: url({ sslmode: "no-verify" }) });
    const until = performance.now() + 20_000;
    let answer = await asked();
    while (answer === "encrypted" && performance.now() < until) answer = await asked();
    expect(answer).not.toBe("encrypted");
    expect(answer).not.toBe("plain");
  });
});
