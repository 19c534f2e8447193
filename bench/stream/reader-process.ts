/** Readers of the stream in a process of their own, since reading costs more than telling. Started by `cut-readers.ts`. */
import { setTimeout as sleep } from "node:timers/promises";
import { StreamReader } from "../../test/integration/stream-reader.js";

/** The first message that this process gets. */
export interface ReaderOrders {
  readonly url: string;
  /** Query of the stream, such as `agent=coder`. */
  readonly query: string;
  readonly readers: number;
  readonly cuts: number;
  /** Cuts of one reader are at most so far apart. */
  readonly mostMillis: number;
}

/** What it says at the end. */
export interface ReaderFindings {
  readonly reloads: number;
  /** Actions that were told, to all readers together. */
  readonly told: number;
  /** Ids that were told to be gone, to all readers together. */
  readonly gone: number;
  /** Since the table was given. */
  readonly caughtUpMillis: number;
  readonly cpu: NodeJS.CpuUsage;
}

const LIMIT_MILLIS = 120_000;
const readers: StreamReader[] = [];

function differenceOf({ seen, reloads }: StreamReader, table: ReadonlyMap<string, string>): string {
  const missing = [...table].filter(([id, state]) => seen.get(id) !== state);
  const left = [...seen].filter(([id]) => !table.has(id));
  return [
    `After ${LIMIT_MILLIS / 1_000} s reader ${readers.findIndex((reader) => reader.seen === seen)} differs from the table, and was told ${reloads} times to read anew:`,
    `${missing.length} rows are not, or otherwise, there, such as ${missing.slice(0, 3).map(([id, state]) => `${id} ${state}, seen ${seen.get(id)}`)};`,
    `${left.length} are there and should not be, such as ${left.slice(0, 3)}.`,
  ].join(" ");
}

async function begin({ url, query, readers: count, cuts, mostMillis }: ReaderOrders): Promise<void> {
  const connect = (headers: Record<string, string>) => fetch(`${url}/api/v1/stream?${query}`, { headers });
  readers.push(...(await Promise.all(Array.from({ length: count }, () => StreamReader.open(connect)))));
  process.send?.("open");
  await Promise.all(
    readers.map(async (reader) => {
      while (reader.reconnections < cuts) {
        await sleep(Math.random() * mostMillis);
        await reader.reconnect();
      }
    }),
  );
  process.send?.("cut");
}

/** @param table `undefined`: there is nothing to compare with */
async function compare(table: ReadonlyMap<string, string> | undefined): Promise<void> {
  const began = performance.now();
  if (table !== undefined)
    for (const reader of readers)
      await reader.until(() => {
        if (performance.now() - began > LIMIT_MILLIS) throw new Error(differenceOf(reader, table));
        return reader.seen.size === table.size && reader.isAt(table);
      });
  const sum = (of: (reader: StreamReader) => number) =>
    readers.reduce((total, reader) => total + of(reader), 0);
  process.send?.({
    reloads: sum(({ reloads }) => reloads),
    told: sum(({ told }) => told),
    gone: sum(({ gone }) => gone),
    caughtUpMillis: performance.now() - began,
    cpu: process.cpuUsage(),
  } satisfies ReaderFindings);
  process.disconnect();
}

process.on(
  "message",
  (message: ReaderOrders | { readonly table: readonly (readonly [string, string])[] | null }) => {
    void ("table" in message
      ? compare(message.table === null ? undefined : new Map(message.table))
      : begin(message));
  },
);
