import type pg from "pg";

const SINCE = new WeakMap<pg.Client, number>();

/** Has the server say what processor time its parts of each statement took, which only a superuser may ask. Parallel workers are not in it. */
export async function reportCpu(client: pg.Client): Promise<void> {
  client.on("notice", ({ message, detail }) => {
    const [, user, system] =
      /([\d.]+) s user, ([\d.]+) s system, [\d.]+ s elapsed/.exec(`${message}\n${detail}`) ?? [];
    if (user !== undefined) SINCE.set(client, (SINCE.get(client) ?? 0) + Number(user) + Number(system));
  });
  await client.query("set client_min_messages = log");
  await client.query("set log_statement_stats = on");
}

/** Of all statements since it was asked last: to read, plan and execute them. */
export function takeCpuSeconds(client: pg.Client): number {
  const seconds = SINCE.get(client) ?? 0;
  SINCE.delete(client);
  return seconds;
}
