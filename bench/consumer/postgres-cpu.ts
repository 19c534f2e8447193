import { readdir, readFile } from "node:fs/promises";
import pg from "pg";

/** Of Linux on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * User and system time of all processes of the server, ended ones included; `undefined` where it is not to be seen: on
 * another machine, or another system than Linux.
 */
export async function postgresCpuSeconds(databaseUrl: string): Promise<number | undefined> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query("select pg_backend_pid() as pid");
  try {
    const backend = await statOf(rows[0].pid);
    if (backend?.name !== "postgres") return undefined;
    const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    const stats = await Promise.all(pids.map((pid) => statOf(pid)));
    const server = stats.filter((stat) => stat?.parent === backend.parent || stat?.pid === backend.parent);
    return server.reduce((sum, stat) => sum + (stat?.ticks ?? 0), 0) / TICKS_PER_SECOND;
  } finally {
    await client.end();
  }
}

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Its own and those of its ended children. */
  readonly ticks: number;
}

/** proc(5): the name stands in brackets and may hold anything. */
async function statOf(pid: string | number): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const match = /^\d+ \((.*)\) \S+ (.*)$/s.exec(text ?? "");
  if (match === null) return undefined;
  const fields = match[2]!.split(" ").map(Number);
  const [parent = 0] = fields;
  const ticks = fields.slice(10, 14).reduce((sum, value) => sum + value, 0);
  return { pid: Number(pid), parent, name: match[1]!, ticks };
}
