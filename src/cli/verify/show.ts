import type { ProducerNumbers } from "../../verify/producer-numbers.js";
import type { Judgement } from "../../verify/verdict.js";
import { type Evidence, rowsByKind, sizeOf } from "../../verify/verify.js";
import { renderTable } from "../format/table.js";
import { formatCount, formatNumber, oneLine } from "../format/values.js";
import { wrapText } from "../framework/help.js";
import type { Output } from "../framework/output.js";

/** So many gaps, records and producers are shown; `--json` has more. */
const SHOWN = 10;

const VERDICTS = {
  complete: "ALL THERE",
  missing: "MISSING",
  unknown: "CANNOT BE SAID",
} as const;

/** What fits into a message about an incident. */
export function verificationLines(evidence: Evidence, judgement: Judgement, out: Output): string[] {
  const { style, columns } = out;
  const { verdict, missing, unknown, limits } = judgement;
  const colour = { complete: style.good, missing: style.bad, unknown: style.warn }[verdict];
  const points = (title: string, sentences: readonly string[]): string[] =>
    sentences.length === 0
      ? []
      : [title, ...sentences.flatMap((sentence) => wrapped(`- ${oneLine(sentence)}`, columns))];
  return [
    `${colour(VERDICTS[verdict])}  ${style.dim(headOf(evidence))}`,
    "",
    ...renderTable(figures(evidence, judgement), [{}, { align: "right" }, {}]).map((line) => `  ${line}`),
    ...points("Missing:", missing),
    ...namesOf(evidence).map((line) => `    ${line}`),
    ...points(verdict === "missing" ? "Cannot be said beside that:" : "Cannot be said:", unknown),
    ...points("Not covered:", limits),
  ];
}

function wrapped(text: string, columns: number): string[] {
  return wrapText(text, columns - 4).map((line, at) => (at === 0 ? `  ${line}` : `    ${line}`));
}

function headOf({ at, scope, groupId, producers }: Evidence): string {
  const { run, producer, since } = scope;
  const asked = [
    run === undefined ? "" : `run ${oneLine(run)}`,
    producer === undefined ? "" : `producer ${oneLine(producer)}`,
    since === undefined ? "" : `since ${since.toISOString()}`,
  ].filter(Boolean);
  const what = asked.length === 0 ? "everything" : asked.join(", ");
  return `${at.toISOString()}  ${what}  ${formatCount(producers.length, "producer")}  group ${groupId}`;
}

function figures(evidence: Evidence, { totals }: Judgement): string[][] {
  const { rows, producers, scope, comparison } = evidence;
  const line = (label: string, number: number, words = "", always = true): string[][] =>
    number === 0 && !always ? [] : [[label, formatNumber(number), words]];
  const kinds = [...rowsByKind(rows)].map(([kind, number]) => `${kind} ${formatNumber(number)}`).join(", ");
  const ofRun = scope.run === undefined ? "" : "in all runs of its producers";
  return [
    ...line("numbered", totals.numbered, [`by ${statusesOf(producers)}`, ofRun].filter(Boolean).join(", ")),
    ...line("arrived", totals.arrived, ofRun),
    ...line("rows", totals.rows, kinds),
    ...line("in other rows", totals.merged_or_repeated, "merged, sent twice, span attributions", false),
    ...line("dead letters", totals.dead_letters, lettersOf(evidence), false),
    ...line(
      "dropped",
      totals.dropped,
      reasonsOf(producers),
      totals.dropped > 0 || reasonsOf(producers) !== "",
    ),
    ...line("waiting", totals.waiting, "at living producers", false),
    ...line("on the way", totals.on_the_way, "", false),
    ...line("unread in Kafka", totals.unread, "", false),
    ...line("missing", totals.lost + (comparison?.missing_count ?? 0)),
    ...(comparison === undefined
      ? []
      : line(
          "compared",
          comparison.records,
          `records: ${formatNumber(comparison.stored)} in ${formatCount(comparison.rows, "row")}, ${formatCount(comparison.dead_letters, "dead letter")}, ${formatNumber(comparison.superseded)} taken back, ${formatNumber(comparison.erased)} erased${comparison.removed_by_retention > 0 ? `, ${formatNumber(comparison.removed_by_retention)} removed by retention` : ""}`,
        )),
  ];
}

const statusesOf = (producers: readonly ProducerNumbers[]): string =>
  `${formatCount(producers.length, "producer")}${producers.length === 0 ? "" : `: ${tally(producers.map(({ status }) => [status, 1]))}`}`;

const reasonsOf = (producers: readonly ProducerNumbers[]): string =>
  tally(producers.flatMap(({ drop_reasons }) => Object.entries(drop_reasons)));

const lettersOf = ({ letters }: Evidence): string =>
  tally(letters.map(({ reason, fate }) => [`${oneLine(reason)} ${fate}`, 1]));

function tally(entries: readonly (readonly [name: string, count: number])[]): string {
  const sums = new Map<string, number>();
  for (const [name, count] of entries) sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].map(([name, count]) => `${oneLine(name)} ${formatNumber(count)}`).join(", ");
}

function namesOf(evidence: Evidence): string[] {
  const { gaps, comparison } = evidence;
  const epochs = [...new Set(gaps.map(({ producer_epoch }) => producer_epoch))];
  const numbers = epochs.slice(0, SHOWN).flatMap((epoch) => {
    const own = gaps.filter(({ producer_epoch }) => producer_epoch === epoch);
    const producer = evidence.producers.find(({ producer_epoch }) => producer_epoch === epoch);
    return [
      `producer ${oneLine(epoch)}${producer === undefined ? "" : ` (${whoIs(producer)})`}`,
      ...own.slice(0, SHOWN).map((gap) => `  ${numbersText(gap)}${between(evidence, gap)}`),
      ...more(own.length, "gap"),
    ];
  });
  const records = (comparison?.missing ?? [])
    .slice(0, SHOWN)
    .map(
      ({ kind, place, id, producer_epoch, producer_sequence }) =>
        `${oneLine(place)}  ${kind} ${id ?? "no event"}${producer_epoch === undefined ? "" : `  number ${oneLine(producer_sequence ?? "?")} of ${oneLine(producer_epoch)}`}`,
    );
  return [
    ...numbers,
    ...more(epochs.length, "producer"),
    ...records,
    ...more(comparison?.missing_count ?? 0, "record"),
  ];
}

const more = (all: number, what: string): string[] =>
  all > SHOWN ? [`and ${formatCount(all - SHOWN, `more ${what}`)}: --json`] : [];

const whoIs = ({ service_name, host_name, process_pid, status, last_seen_at }: ProducerNumbers): string =>
  [
    oneLine(service_name ?? "no service.name"),
    host_name === null ? "" : oneLine(host_name),
    process_pid === null ? "" : `pid ${process_pid}`,
    status,
    `seen ${last_seen_at.toISOString()}`,
  ]
    .filter(Boolean)
    .join(", ");

const numbersText = ({ first_sequence: first, last_sequence: last }: Evidence["gaps"][number]): string =>
  first === last ? String(first) : `${first} to ${last}`;

function between({ neighbours }: Evidence, gap: Evidence["gaps"][number]): string {
  const place = (sequence: number) =>
    neighbours.find((row) => row.producer_epoch === gap.producer_epoch && row.sequence === sequence)?.place;
  const before = place(gap.first_sequence - 1);
  const after = place(gap.last_sequence + 1);
  const sides = [before && `after ${oneLine(before)}`, after && `before ${oneLine(after)}`].filter(Boolean);
  return sides.length === 0 ? "" : `  ${sides.join(", ")}`;
}

/** Everything that was found, for programs. */
export function verificationJson(evidence: Evidence, judgement: Judgement): Record<string, unknown> {
  const { at, scope, groupId, producers, rows, comparison, letters, partitions, gaps } = evidence;
  return {
    verdict: judgement.verdict,
    at,
    scope: { run: scope.run ?? null, producer: scope.producer ?? null, since: scope.since ?? null },
    group: groupId,
    totals: judgement.totals,
    missing: judgement.missing,
    unknown: judgement.unknown,
    limits: judgement.limits,
    rows: Object.fromEntries(rowsByKind(rows)),
    producers: producers.map((producer) => ({
      ...producer,
      gaps: gaps
        .filter(({ producer_epoch }) => producer_epoch === producer.producer_epoch)
        .map((gap) => ({ ...gap, count: sizeOf(gap), producer_epoch: undefined })),
    })),
    dead_letters: letters.map(({ place, reason, fate, epoch, sequence }) => ({
      place,
      reason,
      fate,
      producer_epoch: epoch ?? null,
      producer_sequence: sequence ?? null,
    })),
    partitions: partitions
      .filter(({ high }) => high > 0n)
      .map(({ topic, partition, low, high, committed }) => ({
        topic,
        partition,
        low: String(low),
        high: String(high),
        committed: committed === undefined ? null : String(committed),
      })),
    records: comparison ?? null,
  };
}
