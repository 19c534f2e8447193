import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { RecordedAction } from "../recorded/recorded-action.js";
import { type ReplayOptions, ReplayRun } from "./replay-run.js";

export interface LoadRunOptions extends ReplayOptions {
  /** Address of a running service to read the run from, instead of a file or the database. */
  readonly url?: string;
  /** Token for the service. @default AGENT_ACTIONS_API_TOKEN */
  readonly token?: string;
  /** `postgres://...` of the database that has the run. @default DATABASE_URL, POSTGRES_* and PG* */
  readonly databaseUrl?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Reads a recorded run, to be given back by {@link replayTools}. Afterwards nothing is read or connected to any more.
 *
 * @param run a file of JSON lines (`agent-actions show RUN --json`; `FILE#RUN` where it has several runs), or the correlation id of a run in the
 * database or, with `url`, of a service
 * @throws RunFileError, RunApiError, ConfigError, StoreError
 * @example
 * const run = await loadRun("test/runs/booking.jsonl");
 * const agent = createAgent({ tools: replayTools(tools, { run }) });
 * await agent.run("book a train to Oslo");
 * assert.equal(run.report().ok, true);
 */
export async function loadRun(run: string, options: LoadRunOptions = {}): Promise<ReplayRun> {
  const actions: RecordedAction[] = [];
  for await (const action of source(run, options)) actions.push(action);
  return new ReplayRun(existsSync(run) ? basename(run) : run, actions, options);
}

async function* source(run: string, options: LoadRunOptions): AsyncGenerator<RecordedAction> {
  const { url, databaseUrl, env = process.env } = options;
  const [path = run, part] = existsSync(run) ? [run] : run.split(/#(?=[^#]*$)/);
  // A path is meant even where there is no such file: a database is not asked for it.
  if (url === undefined && (existsSync(path) || /[/\\]|\.jsonl?$/.test(path))) {
    const { readRunFile } = await import("../run-source/run-file.js");
    yield* readRunFile(path, part);
  } else if (url === undefined) {
    const { readRunFromDatabase } = await import("../run-source/run-database.js");
    yield* readRunFromDatabase(run, databaseUrl, env);
  } else {
    const { readRunFromApi } = await import("../run-source/run-api.js");
    yield* readRunFromApi(url, run, options.token ?? (env.AGENT_ACTIONS_API_TOKEN || undefined));
  }
}
