/**
 * What became of what was sent: the numbers that producers gave their records, held against what arrived, what Kafka still has, the dead
 * letters and the rows. It changes nothing.
 */
import type pg from "pg";
import pino from "pino";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { correlationId, type EventKind, type TopicNames } from "../event/index.js";
import type { KafkaAdmin } from "../kafka/admin.js";
import { partitionKey } from "../kafka/records.js";
import { compareRecords, type RecordComparison } from "./compare-records.js";
import {
  type LetterSummary,
  type PartitionState,
  partitionStates,
  readLetterSummaries,
} from "./kafka-state.js";
import {
  gapsOf,
  type NumberGap,
  type ProducerNumbers,
  producersOf,
  producersSeen,
} from "./producer-numbers.js";
import { runOf, type VerifyScope } from "./scope.js";
import {
  type NumberPlace,
  placesOfNumbers,
  rowsOfProducers,
  rowsOfRun,
  rowsWithoutNumber,
  type StoredRows,
} from "./stored-rows.js";

export interface VerifyOptions {
  readonly pool: pg.Pool;
  readonly admin: KafkaAdmin;
  readonly kafka: KafkaSettings;
  readonly topics: TopicNames;
  /** The consumer's group. */
  readonly groupId: string;
  readonly scope: VerifyScope;
  /** Read the records that Kafka still has, too, and look for the row of each. */
  readonly records: boolean;
  readonly signal: AbortSignal;
}

/** What was found; {@link ./verdict.js} says what follows. */
export interface Evidence {
  readonly at: Date;
  readonly scope: VerifyScope;
  readonly groupId: string;
  readonly producers: readonly ProducerNumbers[];
  /** Of a run: only those at or between the numbers of its rows. Others are counted in `gapsElsewhere`. */
  readonly gaps: readonly NumberGap[];
  /** Numbers that are missing of a run's producers, and belong to other runs as far as one can tell. */
  readonly gapsElsewhere: number;
  /** Records with the numbers beside the first gaps. */
  readonly neighbours: readonly NumberPlace[];
  readonly rows: readonly StoredRows[];
  readonly withoutNumber: number;
  readonly partitions: readonly PartitionState[];
  readonly letters: readonly LetterSummary[];
  /** The oldest dead letters are no longer in their topic. */
  readonly lettersIncomplete: boolean;
  readonly comparison: RecordComparison | undefined;
}

/** Throws `StoreError`, Kafka's own error, and `TransportError`. */
export async function gatherEvidence(options: VerifyOptions): Promise<Evidence> {
  const { pool, admin, topics, groupId, scope } = options;
  const at = new Date();
  const partitions = await partitionStates(admin, groupId, topics);
  const run = runOf(scope);
  const ofRun = run === undefined ? [] : await rowsOfRun(pool, run);
  const producers =
    run === undefined
      ? await producersSeen(pool, scope.since, scope.producer)
      : await producersOf(pool, epochsOf(ofRun));
  const epochs = producers.map(({ producer_epoch }) => producer_epoch);
  const rows = run === undefined ? await rowsOfProducers(pool, epochs) : ofRun;
  const without =
    run !== undefined
      ? ofRun.filter(({ producer_epoch }) => producer_epoch === null)
      : scope.producer === undefined
        ? await rowsWithoutNumber(pool, scope.since)
        : [];
  const all = await gapsOf(pool, epochs);
  const gaps = run === undefined ? all : all.filter((gap) => isNear(gap, rows));
  const { letters, incomplete } = await lettersOf(options, new Set(epochs), rows);
  return {
    at,
    scope,
    groupId,
    producers,
    gaps,
    gapsElsewhere: countOf(all) - countOf(gaps),
    neighbours: await placesOfNumbers(pool, gaps.slice(0, MAX_NEIGHBOURS).flatMap(besides)),
    rows,
    withoutNumber: without.reduce((sum, { rows: count }) => sum + count, 0),
    partitions,
    letters: letters.filter((letter) => isLetterMeant(letter, scope, new Set(epochs), rows)),
    lettersIncomplete: incomplete,
    comparison: options.records ? await compare(options, partitions, letters, new Set(epochs)) : undefined,
  };
}

/** Gaps of which it is said between which records they lie. */
export const MAX_NEIGHBOURS = 100;

export const sizeOf = ({ first_sequence, last_sequence }: NumberGap): number =>
  last_sequence - first_sequence + 1;

const countOf = (gaps: readonly NumberGap[]): number => gaps.reduce((sum, gap) => sum + sizeOf(gap), 0);

const epochsOf = (rows: readonly StoredRows[]): string[] => [
  ...new Set(rows.flatMap(({ producer_epoch }) => producer_epoch ?? [])),
];

const besides = ({ producer_epoch: epoch, first_sequence, last_sequence }: NumberGap) => [
  { epoch, sequence: first_sequence - 1 },
  { epoch, sequence: last_sequence + 1 },
];

/** The numbers of a run's rows, of one producer, with one to each side. */
function rangeOf(epoch: string, rows: readonly StoredRows[]): readonly [from: number, to: number] {
  const own = rows.filter(({ producer_epoch }) => producer_epoch === epoch);
  const first = own.flatMap(({ first_sequence }) => first_sequence ?? []);
  const last = own.flatMap(({ last_sequence }) => last_sequence ?? []);
  return [Math.min(...first) - 1, Math.max(...last) + 1];
}

function isNear({ producer_epoch, first_sequence, last_sequence }: NumberGap, rows: readonly StoredRows[]) {
  const [from, to] = rangeOf(producer_epoch, rows);
  return first_sequence <= to && last_sequence >= from;
}

function isLetterMeant(
  { epoch, sequence, key }: LetterSummary,
  scope: VerifyScope,
  epochs: ReadonlySet<string>,
  rows: readonly StoredRows[],
): boolean {
  const run = runOf(scope);
  if (run === undefined) return epoch === undefined ? scope.producer === undefined : epochs.has(epoch);
  if (key !== undefined && key !== "" && correlationId(key).uuid === run) return true;
  if (epoch === undefined || sequence === undefined || !epochs.has(epoch)) return false;
  const [from, to] = rangeOf(epoch, rows);
  return Number(sequence) >= from && Number(sequence) <= to;
}

interface ReadLetters {
  readonly letters: readonly LetterSummary[];
  readonly incomplete: boolean;
}

async function lettersOf(
  { admin, kafka, topics, groupId, scope, signal }: VerifyOptions,
  epochs: ReadonlySet<string>,
  rows: readonly StoredRows[],
): Promise<ReadLetters> {
  const topic = topics.dead_letter;
  if ((await admin.topics([topic])).size === 0) return { letters: [], incomplete: false };
  const ends = await admin.ends([topic]);
  // A letter is written after its record, so none before that time is meant.
  const from = scope.since === undefined ? {} : { from: await admin.offsetsAt([topic], scope.since) };
  const letters = await readLetterSummaries({
    ...{ kafka, groupPrefix: `${groupId}-verify`, topic, ends, signal, log: SILENT, ...from },
  });
  const incomplete = [...ends.values()].some(({ low }) => low > 0n) && epochs.size + rows.length > 0;
  return { letters, incomplete };
}

async function compare(
  { pool, admin, kafka, topics, groupId, scope, signal }: VerifyOptions,
  partitions: readonly PartitionState[],
  letters: readonly LetterSummary[],
  epochs: ReadonlySet<string>,
): Promise<RecordComparison> {
  const existing = [...new Set(partitions.map(({ topic }) => topic))];
  const run = runOf(scope);
  // Records that the group has not committed are not expected to have rows.
  const ends = new Map(
    partitions.map((partition) => {
      const { low, high, committed = low } = partition;
      return [partitionKey(partition), { low, high: committed < high ? committed : high }];
    }),
  );
  return compareRecords({
    pool,
    kafka,
    topics,
    existing,
    groupPrefix: `${groupId}-verify`,
    ends,
    ...(scope.since === undefined ? {} : { from: await admin.offsetsAt(existing, scope.since) }),
    deadLetters: new Set(letters.map(({ place }) => place)),
    isMeant: (itsRun, epoch) =>
      run !== undefined
        ? itsRun === run
        : scope.producer === undefined || (epoch !== undefined && epochs.has(epoch)),
    signal,
    log: SILENT,
  });
}

const SILENT = pino({ level: "silent" });

/** Rows by the kind of event. */
export function rowsByKind(rows: readonly StoredRows[]): ReadonlyMap<EventKind, number> {
  const counts = new Map<EventKind, number>();
  for (const { kind, rows: count } of rows) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return counts;
}
