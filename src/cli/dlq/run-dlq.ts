import { isUtf8 } from "node:buffer";
import { placeText } from "../../consumer/dead-letter-note.js";
import { CONSUMER_OPTIONS } from "../../consumer/option-table.js";
import type { KnownLetter, LetterFilter } from "../../dead-letters/letter.js";
import { lettersInSpool } from "../../dead-letters/letters-in-spool.js";
import { lettersInTopic } from "../../dead-letters/letters-in-topic.js";
import { type LetterSource, readLetters, visitLetters } from "../../dead-letters/read-letters.js";
import { closeLetters, reasonAgainst, redrive } from "../../dead-letters/redrive.js";
import type { DLQ_OPTIONS } from "../commands/dlq.js";
import { printTable } from "../format/table.js";
import { formatCount, oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_FAILURE, EXIT_OK, signalExitCode, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";
import { parseSince } from "../tail/run-tail.js";
import { auditLetters } from "./audit-letters.js";

type DlqInput = CommandInput<typeof DLQ_OPTIONS>;

const [SPOOL_VARIABLE = ""] = CONSUMER_OPTIONS.spool.env;

const ACTIONS = ["list", "stats", "show", "redrive", "drop"] as const;
type Action = (typeof ACTIONS)[number];

export async function runDlq({ options, positionals }: DlqInput, context: CliContext): Promise<number> {
  const [word = "", ...places] = positionals;
  const action = ACTIONS.find((name) => name === word);
  if (action === undefined) throw new UsageError(`dlq can ${ACTIONS.join(", ")}, not "${word}".`, "dlq");
  const filter = filterOf(options, places);
  checkUsage(action, options, places, filter);
  const { out, env } = context;
  const { kafka, topics, groupId, postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const interruption = context.catchInterrupts();
  const signal = AbortSignal.any([interruption.signal, out.readerGone]);
  const topic = topics.dead_letter;
  const directory = options.spool ?? env[SPOOL_VARIABLE]?.trim();
  const source = directory
    ? lettersInSpool({ directory, topic, signal })
    : lettersInTopic({ kafka, topic, groupId, signal });
  try {
    const found = await readLetters(source, filter);
    const open = found.filter(({ fate }) => fate === "open");
    const run = { source, options, out };
    let code: number = EXIT_OK;
    if (action === "list") list(out, limited(options.all ? found : open, options), options.json);
    else if (action === "stats") stats(out, options.all ? found : open, options.json);
    else if (action === "show") code = await show(run, found, places);
    else {
      const meant = limited(open, options);
      const against = (letter: KnownLetter) =>
        action === "drop" ? undefined : reasonAgainst(letter, topics, options["max-attempts"] ?? 3);
      const note: NoteAct = (letters) =>
        options["no-audit"] ? Promise.resolve() : auditLetters(postgres, action, letters);
      code = await act(action, run, meant, { against, note });
    }
    return interruption.received === undefined ? code : signalExitCode(interruption.received);
  } finally {
    interruption.stopListening();
  }
}

function filterOf(
  { reason, topic, sqlstate, since, until }: DlqInput["options"],
  places: readonly string[],
): LetterFilter {
  const wrong = places.find((place) => !/^\d+:\d+$/.test(place));
  if (wrong !== undefined)
    throw new UsageError(`A letter is named PARTITION:OFFSET, as list shows it, not "${wrong}".`, "dlq");
  const time = (text: string | undefined) =>
    text === undefined ? undefined : parseSince(text, new Date(), "dlq");
  return { reason, topic, sqlstate, since: time(since), until: time(until), places: new Set(places) };
}

function checkUsage(
  action: Action,
  { all }: DlqInput["options"],
  places: readonly string[],
  { places: _, ...filters }: LetterFilter,
): void {
  const isFiltered = places.length > 0 || Object.values(filters).some((value) => value !== undefined);
  if ((action === "redrive" || action === "drop") && !isFiltered && !all)
    throw new UsageError(`dlq ${action} needs places, a filter, or --all.`, "dlq");
  if (action === "show" && places.length === 0)
    throw new UsageError("dlq show needs the place of a letter: PARTITION:OFFSET.", "dlq");
}

const limited = (letters: readonly KnownLetter[], { limit }: DlqInput["options"]): readonly KnownLetter[] =>
  limit === undefined ? letters : letters.slice(0, limit);

function list(out: Output, letters: readonly KnownLetter[], json: boolean): void {
  if (json) for (const letter of letters) out.json(jsonOf(letter));
  else if (letters.length === 0) out.progress("No dead letters.");
  else
    printTable(
      out,
      ["PLACE", "SINCE", "REASON", "TOPIC", "TRIES", "", "EXPLANATION"],
      letters.map((letter) =>
        shownCells([
          placeText(letter),
          letter.at.toISOString(),
          [letter.reason, letter.sqlstate].filter(Boolean).join(" "),
          letter.topic,
          String(letter.attempts),
          letter.fate === "open" ? "" : letter.fate,
          letter.explanation,
        ]),
      ),
      [{}, {}, {}, {}, { align: "right" }, {}, { maxWidth: 60 }],
    );
}

// Whoever may write to the topic has written these headers.
const shownCells = (cells: readonly string[]): readonly string[] => cells.map(oneLine);

function stats(out: Output, letters: readonly KnownLetter[], json: boolean): void {
  const counts = new Map<string, { count: number; first: Date; last: Date; key: readonly string[] }>();
  for (const { reason, sqlstate = "", topic, fate, at } of letters) {
    const key = [reason, sqlstate, topic, fate];
    const known = counts.get(key.join(" ")) ?? { count: 0, first: at, last: at, key };
    counts.set(key.join(" "), { ...known, count: known.count + 1, last: at });
  }
  const rows = [...counts.values()].sort((one, other) => other.count - one.count);
  if (json)
    for (const { key, count, first, last } of rows) {
      const [reason, sqlstate, topic, state] = key;
      out.json({ reason, sqlstate: sqlstate || null, topic, state, count, first, last });
    }
  else if (rows.length === 0) out.progress("No dead letters.");
  else
    printTable(
      out,
      ["REASON", "SQLSTATE", "TOPIC", "STATE", "LETTERS", "LAST"],
      rows.map(({ key, count, last }) => shownCells([...key, String(count), last.toISOString()])),
      [{}, {}, {}, {}, { align: "right" }, {}],
    );
}

interface Run {
  readonly source: LetterSource;
  readonly options: DlqInput["options"];
  readonly out: Output;
}

async function show(
  { source, out }: Run,
  letters: readonly KnownLetter[],
  places: readonly string[],
): Promise<number> {
  const erased = letters.filter(({ fate }) => fate === "erased").map(placeText);
  const known = new Map(
    letters.filter(({ fate }) => fate !== "erased").map((letter) => [placeText(letter), letter]),
  );
  await visitLetters(source, new Set(known.keys()), async (letter, { key, value, headers = {} }) => {
    const found = known.get(placeText(letter));
    if (found === undefined) return;
    const texts = Object.entries(headers).map(([name, header]) => [name, String(header)]);
    out.result(
      JSON.stringify(
        { ...jsonOf(found), key: bytesOf(key), headers: Object.fromEntries(texts), value: bytesOf(value) },
        undefined,
        2,
      ),
    );
  });
  for (const place of erased) out.progress(`The letter at ${place} was erased, and is not shown.`);
  const missing = places.filter((place) => !known.has(place) && !erased.includes(place));
  for (const place of missing) out.progress(`There is no letter at ${place}.`);
  return missing.length + erased.length === 0 ? EXIT_OK : EXIT_FAILURE;
}

/** Text where the bytes are text, base64 where they are not. */
const bytesOf = (bytes: Buffer | null): string | { readonly base64: string } | null =>
  bytes === null ? null : isUtf8(bytes) ? bytes.toString("utf8") : { base64: bytes.toString("base64") };

type NoteAct = (letters: readonly KnownLetter[]) => Promise<void>;

interface ActRules {
  /** Why a letter is left out; `undefined` where it is not. */
  readonly against: (letter: KnownLetter) => string | undefined;
  /** Called before anything is done. */
  readonly note: NoteAct;
}

async function act(
  action: "redrive" | "drop",
  { source, options, out }: Run,
  letters: readonly KnownLetter[],
  { against, note }: ActRules,
): Promise<number> {
  const refused = letters.flatMap((letter) => {
    const why = against(letter);
    return why === undefined ? [] : [{ letter, why }];
  });
  for (const { letter, why } of refused) out.progress(`${placeText(letter)} is left out: ${oneLine(why)}`);
  const left = new Set(refused.map(({ letter }) => letter));
  const taken = letters.filter((letter) => !left.has(letter));
  let done = 0;
  if (!options["dry-run"] && taken.length > 0) await note(taken);
  if (options["dry-run"]) list(out, taken, options.json);
  else if (action === "drop") done = taken.length === 0 ? 0 : await closeLetters(source, taken, "dropped");
  else if (taken.length > 0)
    await redrive(source, taken, {
      rate: options.rate ?? 100,
      onSent: () => {
        done += 1;
      },
    });
  const word = action === "drop" ? "dropped" : "redriven";
  if (options["dry-run"]) out.progress(`${formatCount(taken.length, "letter")} would be ${word}.`);
  else if (options.json) out.json({ [word]: done, left_out: refused.length });
  else out.result(`${formatCount(done, "letter")} ${word}, ${refused.length} left out`);
  return refused.length > 0 || (!options["dry-run"] && done < taken.length) ? EXIT_FAILURE : EXIT_OK;
}

const jsonOf = ({ partition, offset, place, leftOut, fate, sqlstate, bytes, ...letter }: KnownLetter) => ({
  letter: placeText({ partition, offset }),
  state: fate,
  ...letter,
  sqlstate: sqlstate ?? null,
  original: place,
  left_out: leftOut ?? null,
  bytes: bytes ?? null,
});
