/** What the evidence says: all there, something missing, or that it cannot be said. Pure. */
import { type Evidence, sizeOf } from "./verify.js";

export type Verdict = "complete" | "missing" | "unknown";

export interface Totals {
  readonly numbered: number;
  readonly arrived: number;
  readonly on_the_way: number;
  readonly dropped: number;
  readonly waiting: number;
  readonly lost: number;
  readonly rows: number;
  /** Rows that share their number with another one. */
  readonly doubled: number;
  /** Numbers that arrived and have neither a row nor a dead letter of their own. */
  readonly merged_or_repeated: number;
  readonly dead_letters: number;
  readonly rows_without_number: number;
  /** Records in Kafka that the group has not stored yet. */
  readonly unread: number;
  /** Records that Kafka's retention removed before the group had read them. */
  readonly removed_unread: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly totals: Totals;
  /** Why something is missing. */
  readonly missing: readonly string[];
  /** Why it cannot be said, or not yet. */
  readonly unknown: readonly string[];
  /** What no verdict of this kind covers. */
  readonly limits: readonly string[];
}

export function judge(evidence: Evidence): Judgement {
  const totals = totalsOf(evidence);
  const missing = sentences(missingOf(evidence, totals));
  const unknown = sentences(unknownOf(evidence, totals));
  return {
    verdict: missing.length > 0 ? "missing" : unknown.length > 0 ? "unknown" : "complete",
    totals,
    missing,
    unknown,
    limits: sentences(limitsOf(evidence, totals)),
  };
}

type Case = readonly [holds: boolean, sentence: string];

const sentences = (cases: readonly Case[]): string[] =>
  cases.flatMap(([holds, sentence]) => (holds ? [sentence] : []));

function totalsOf(evidence: Evidence): Totals {
  const { producers, rows, letters, partitions, scope } = evidence;
  const sum = (name: "numbered" | "arrived" | "on_the_way" | "dropped" | "waiting" | "lost"): number =>
    add(producers.map((producer) => producer[name]));
  const numbers = add(rows.filter(({ producer_epoch }) => producer_epoch !== null).map((row) => row.numbers));
  const numberedLetters = new Set(
    letters.flatMap(({ epoch, sequence }) => (epoch && sequence ? [`${epoch} ${sequence}`] : [])),
  ).size;
  const arrived = sum("arrived");
  return {
    numbered: sum("numbered"),
    arrived,
    on_the_way: sum("on_the_way"),
    dropped: sum("dropped"),
    waiting: sum("waiting"),
    lost: scope.run === undefined ? sum("lost") : lostOfRun(evidence),
    rows: add(rows.map((row) => row.rows)),
    doubled: add(rows.map((row) => row.doubled)),
    // The producers of a run have sent others too.
    merged_or_repeated: scope.run === undefined ? Math.max(arrived - numbers - numberedLetters, 0) : 0,
    dead_letters: letters.length,
    rows_without_number: evidence.withoutNumber,
    unread: add(partitions.map(({ low, high, committed }) => Number(high - greater(committed ?? low, low)))),
    removed_unread: add(
      partitions.map(({ low, committed }) =>
        committed === undefined ? 0 : Number(greater(low - committed, 0n)),
      ),
    ),
  };
}

// Which of a producer's numbers it gave up nobody says, so of a run's gaps as many are lost as the producer does not account for.
function lostOfRun({ producers, gaps }: Evidence): number {
  return add(
    producers.map(({ producer_epoch, lost }) =>
      Math.min(lost, add(gaps.filter((gap) => gap.producer_epoch === producer_epoch).map(sizeOf))),
    ),
  );
}

function missingOf({ comparison, scope }: Evidence, totals: Totals): Case[] {
  const { lost, doubled, removed_unread } = totals;
  const ofRun = scope.run === undefined ? "" : " at or between the numbers of the run";
  const gone = comparison?.missing_count ?? 0;
  return [
    [lost > 0, `${count(lost, "number")}${ofRun} never arrived, and no producer says why`],
    [gone > 0, `${count(gone, "record")} in Kafka ${gone === 1 ? "is" : "are"} neither row nor dead letter`],
    [removed_unread > 0, `${count(removed_unread, "record")} left Kafka before the group had read them`],
    [doubled > 0, `${count(doubled, "row")} too many: the number of each belongs to another row`],
  ];
}

function unknownOf(evidence: Evidence, totals: Totals): Case[] {
  const { producers, rows, partitions, scope, comparison } = evidence;
  const gone = producers.filter(({ status }) => status === "gone").length;
  // A run that said its end had said everything before.
  const hasEnded = rows.some(({ kind, rows: all, without_end }) => kind === "execution" && all > without_end);
  const withoutEnd = add(rows.map((row) => row.without_end));
  const forgotten = partitions.filter(({ committed, low }) => committed === undefined && low > 0n).length;
  const anew = partitions.filter(({ committed, high }) => committed !== undefined && committed > high).length;
  const nothing = producers.length === 0 && rows.length === 0 && (comparison?.records ?? 0) === 0;
  return [
    [nothing, "there is no producer and no row of what was asked for"],
    [
      totals.unread > 0,
      `${count(totals.unread, "record")} in Kafka ${totals.unread === 1 ? "is" : "are"} not stored yet`,
    ],
    [
      totals.on_the_way > 0,
      `${count(totals.on_the_way, "number")} may still arrive: ask again after the grace of producers`,
    ],
    [totals.waiting > 0, `${count(totals.waiting, "record")} wait at living producers for Kafka`],
    [
      gone > 0 && !(scope.run !== undefined && hasEnded),
      `${count(gone, "producer")} ended without saying so: what ${gone === 1 ? "it" : "they"} numbered last, and nothing higher of which arrived, is in no count`,
    ],
    [
      scope.run !== undefined && withoutEnd > 0,
      `${count(withoutEnd, "row")} of the run ${withoutEnd === 1 ? "has" : "have"} no end: running, or abandoned because the process is gone`,
    ],
    [
      forgotten > 0,
      `${count(forgotten, "partition")} lost records before the group committed anything there`,
    ],
    [
      anew > 0,
      `${count(anew, "partition")} end before what the group has committed: the topic was made anew`,
    ],
  ];
}

function limitsOf(evidence: Evidence, totals: Totals): Case[] {
  const { producers, comparison, lettersIncomplete, gapsElsewhere, scope } = evidence;
  const silent = producers.filter(({ has_heartbeats }) => !has_heartbeats).length;
  const idle = producers.filter(({ status }) => status === "idle").length;
  return [
    [
      comparison === undefined,
      "whether rows were removed after they were stored: --records compares rows with the records that Kafka still has",
    ],
    [
      totals.rows_without_number > 0,
      `what else their sender sent, of ${count(totals.rows_without_number, "row")} from records without a number`,
    ],
    [
      silent > 0,
      `what comes after the highest number that arrived, of ${count(silent, "producer")} without heartbeats`,
    ],
    [idle > 0, `what ${count(idle, "producer")} did after a last heartbeat with nothing open`],
    [lettersIncomplete, "dead letters that have left their topic"],
    [
      scope.run !== undefined && gapsElsewhere > 0,
      `to which run ${count(gapsElsewhere, "other missing number")} of its producers belong`,
    ],
    [
      comparison !== undefined && comparison.removed_by_retention > 0,
      `whether ${count(comparison?.removed_by_retention ?? 0, "record")} without a row had one: they are as old as what retention has removed`,
    ],
    [
      comparison !== undefined && comparison.expired > 0,
      `why ${count(comparison?.expired ?? 0, "record")} older than 30 days have no row: cleaning up removes such rows`,
    ],
    [
      true,
      "events that were dropped before they had a number (their producer counts them), and whether somebody changed a row",
    ],
  ];
}

const count = (number: number, what: string): string =>
  `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
const add = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const greater = (one: bigint, other: bigint): bigint => (one > other ? one : other);
