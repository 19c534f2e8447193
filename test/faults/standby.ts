/** Copies of a running Postgres: a standby that follows it, and one that is restored to a point in time. By SQL and files alone, as `pg_basebackup` does it. */
import { execFile } from "node:child_process";
import { appendFile, chown, cp, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../../src/devstack/postgres.js";

const run = promisify(execFile);

/** A server whose files a copy can be made of. */
export interface CopiedPostgres {
  readonly server: PostgresServer;
  /** Data folder of the server. */
  readonly data: string;
  /** Where its log of changes is kept. */
  readonly archive: string;
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Copies its files as of now; `settings` are lines of postgresql.conf. Resolves to what starts a server on the copy. */
  copy(settings: readonly string[], signal: "standby" | "recovery"): Promise<() => Promise<PostgresServer>>;
  close(): Promise<void>;
}

/** A folder that the account which Postgres runs as can enter. */
const folderFor = () => mkdtemp(join(tmpdir(), "agent-actions-copy-"));

export async function startCopiedPostgres(): Promise<CopiedPostgres> {
  const home = await folderFor();
  await run("chmod", ["755", home]);
  const server = await startPostgres({ dataDir: home });
  const data = join(home, "postgres", "data");
  const archive = join(home, "postgres", "archive");
  const copies: PostgresServer[] = [];
  const folders = [home];
  const query = async (text: string) => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      return (await client.query(text)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  const owner = await stat(data);
  const give = (path: string) => chown(path, owner.uid, owner.gid);
  await mkdir(archive);
  await give(archive);
  // Replication is let in from this machine by the lines that initdb wrote. Archiving needs a restart.
  await query("alter system set archive_mode = on");
  await query(`alter system set archive_command = 'cp %p ${archive}/%f'`);
  await server.restart();
  return {
    server,
    data,
    archive,
    query,
    async copy(settings, signal) {
      const target = await folderFor();
      folders.push(target);
      await run("chmod", ["755", target]);
      await mkdir(join(target, "postgres"), { mode: 0o700 });
      await give(join(target, "postgres"));
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query("select pg_backup_start('copy', true)");
      // As it is while the server goes on to write: what is torn, the log of changes mends.
      await run("cp", ["-a", data, join(target, "postgres", "data")]);
      const { rows } = await client.query<{ labelfile: string }>(
        "select labelfile from pg_backup_stop(false)",
      );
      await client.end();
      const copied = join(target, "postgres", "data");
      await rm(join(copied, "postmaster.pid"), { force: true });
      await run("sh", [
        "-c",
        `rm -rf "${copied}"/pg_wal/[0-9A-F]* && mkdir -p "${copied}/pg_wal/archive_status"`,
      ]);
      await writeFile(join(copied, "backup_label"), rows[0]?.labelfile ?? "");
      await writeFile(join(copied, `${signal}.signal`), "");
      await appendFile(join(copied, "postgresql.auto.conf"), `${settings.join("\n")}\n`);
      for (const name of ["backup_label", `${signal}.signal`, "pg_wal/archive_status"])
        await give(join(copied, name));
      await cp(join(home, "postgres", "password"), join(target, "postgres", "password"));
      await give(join(target, "postgres", "password"));
      return async () => {
        const made = await startPostgres({ dataDir: target });
        copies.push(made);
        return made;
      };
    },
    async close() {
      await Promise.all([server, ...copies].map((one) => one.close()));
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}
