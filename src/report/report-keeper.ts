import type { Logger } from "pino";
import { type ApiConnection, connectInProcess } from "../api/in-process.js";
import type { AlertTarget, ReportSchedule } from "../config/alert-rules.js";
import type { PostgresSettings } from "../config/postgres-settings.js";
import { delay } from "../internal/delay.js";
import { settlesWithin } from "../internal/settles-within.js";
import { createPool } from "../store/pool.js";
import { storeFailure } from "../store/store-failure.js";
import { type ListReader, readReport } from "./read-report.js";
import { ReportSender } from "./report-sender.js";

/** Sends the digest by its schedule, as long as it runs. */
export interface ReportKeeper {
  /** Resolves when nothing is under way any more, or the time is up. */
  stop(deadlineMillis: number): Promise<void>;
}

export interface ReportKeeperOptions {
  readonly schedule: ReportSchedule;
  readonly targets: readonly AlertTarget[];
  readonly postgres: PostgresSettings;
  readonly log: Logger;
  /** How often it is asked whether a period is over. @default 15,000 */
  readonly intervalMillis?: number;
}

const INTERVAL_MILLIS = 15_000;
const MAX_PAGE = 1_000;

/** Starts in the background, and never throws: what fails is logged, and tried again. */
export function startReports({
  schedule,
  targets,
  postgres,
  log,
  intervalMillis = INTERVAL_MILLIS,
}: ReportKeeperOptions): ReportKeeper {
  const pool = createPool({ ...postgres, maxConnections: 1 });
  const stopping = new AbortController();
  let failures = 0;
  const sender = new ReportSender(pool, {
    schedule,
    targets,
    async read(since, until) {
      const connection = connectInProcess(postgres, {});
      try {
        return await readReport(listsOf(connection, stopping.signal), {
          since,
          until,
          agents: [],
          projects: [],
        });
      } finally {
        await connection.close();
      }
    },
    onFailure(target, reason, times) {
      const facts = { target, reason, failures: times };
      if (times === 1) log.warn(facts, "a target was not sent its digest: it is sent later");
      else log.debug(facts, "a target was not sent its digest, trying again later");
    },
  });
  const running = keepSending();

  async function keepSending(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await sender.turn();
        failures = 0;
      } catch (error) {
        failures += 1;
        const { message } = storeFailure(error);
        if (failures === 1)
          log.warn({ error: message }, "digests cannot be sent for now: they are sent later");
        else log.debug({ error: message }, "digests cannot be sent, trying again");
      }
      await delay(intervalMillis, stopping.signal);
    }
  }

  return {
    async stop(deadlineMillis) {
      stopping.abort();
      if (
        !(await settlesWithin(
          running.finally(() => pool.end()),
          deadlineMillis,
        ))
      )
        log.warn("sending digests was not finished: another process goes on");
    },
  };
}

function listsOf(connection: ApiConnection, signal: AbortSignal): ListReader {
  return {
    async *pages(path, query, limit) {
      let left = limit;
      let cursor: string | null = null;
      do {
        signal.throwIfAborted();
        const params = new URLSearchParams(query);
        params.set("limit", String(Math.min(left, MAX_PAGE)));
        if (cursor !== null) params.set("cursor", cursor);
        const response = await connection.send(`${path}?${params}`);
        const page: ListPage = JSON.parse(await response.text());
        if (!response.ok) throw new Error(page.detail ?? `${path} responded with ${response.status}`);
        const { data, next, complete } = page;
        cursor = next;
        left -= data.length;
        yield {
          rows: data.map((row) => JSON.stringify(row)),
          hasMore: next !== null,
          isComplete: complete !== false,
        };
      } while (cursor !== null && left > 0);
    },
  };
}

interface ListPage {
  readonly data: readonly unknown[];
  readonly next: string | null;
  readonly complete?: boolean;
  /** Of a problem. */
  readonly detail?: string;
}
