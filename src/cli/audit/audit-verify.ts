import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { readState } from "../../evidence/log-table.js";
import { type EvidenceCheck, verifyEvidence } from "../../evidence/verify-evidence.js";
import type { OutsideCheckpoint } from "../../evidence/verify-log.js";
import { readCheckpoints } from "../../evidence/witness.js";
import { describeError } from "../../internal/describe-error.js";
import { renderTable } from "../format/table.js";
import { formatNumber, oneLine } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import {
  CommandError,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_UNKNOWN,
  signalExitCode,
} from "../framework/exit-codes.js";
import { wrapText } from "../framework/help.js";
import type { Output } from "../framework/output.js";
import { verdictWithoutLog } from "./audit-without-log.js";
import { type AuditInput, givenVerifier, verifierOf } from "./run-audit.js";

const PAUSE_MILLIS = 500;
/** So many of each are shown; `--json` has more. */
const SHOWN = 10;

type Verdict = "intact" | "tampered" | "unknown";
const WORDS = {
  intact: "NOTHING CHANGED",
  tampered: "TAMPERED WITH",
  unknown: "CANNOT BE SAID YET",
} as const;
const CODES = { intact: EXIT_OK, tampered: EXIT_FAILURE, unknown: EXIT_UNKNOWN } as const;

export async function verifyAgainstLog(
  pool: pg.Pool,
  input: AuditInput,
  context: CliContext,
): Promise<number> {
  const { out, env } = context;
  const { options } = input;
  const outside = await outsideCheckpoints(options.checkpoint ?? []);
  const given = givenVerifier(input, env);
  const state = await readState(pool);
  if (state === undefined) return verdictWithoutLog(pool, { key: given, outside }, input, out);
  const { key, isFromDatabase } = verifierOf(input, env, state.verifierKey);
  const interruption = context.catchInterrupts();
  const signal = AbortSignal.any([interruption.signal, out.readerGone]);
  const until = performance.now() + (options.wait ?? 0) * 1_000;
  try {
    for (;;) {
      const check = await verifyEvidence(pool, { key, outside, signal });
      if (check === undefined) return await verdictWithoutLog(pool, { key, outside }, input, out);
      const verdict = verdictOf(check);
      if (waits(check) && verdict !== "tampered" && performance.now() < until) {
        await sleep(PAUSE_MILLIS, undefined, { signal });
        continue;
      }
      const limits = limitsOf(check, { isFromDatabase, outside: outside.length });
      if (options.json) out.json({ verdict, ...check, limits });
      else for (const line of linesOf(check, verdict, limits, out)) out.result(line);
      return CODES[verdict];
    }
  } catch (error) {
    if (interruption.received !== undefined) return signalExitCode(interruption.received);
    throw error;
  } finally {
    interruption.stopListening();
  }
}

async function outsideCheckpoints(files: readonly string[]): Promise<OutsideCheckpoint[]> {
  const all: OutsideCheckpoint[] = [];
  for (const file of files) {
    const text = await readFile(file, "utf8").catch((error: unknown) => {
      throw new CommandError(`The checkpoints of ${file} cannot be read: ${describeError(error).message}.`);
    });
    const notes = readCheckpoints(text);
    if (notes.length === 0) throw new CommandError(`${file} has no checkpoint.`);
    notes.forEach((note, at) => void all.push({ from: `${file} number ${at + 1}`, note }));
  }
  return all;
}

const waits = ({ is_beginning, rows }: EvidenceCheck): boolean =>
  is_beginning || rows.some((row) => row.on_the_way > 0);

function verdictOf({ log, rows, audit, is_beginning }: EvidenceCheck): Verdict {
  const isWrong =
    log.findings.length > 0 ||
    rows.some((row) => row.changed + row.removed + row.inserted + row.came_back > 0) ||
    audit.changed.length + audit.removed.length + audit.inserted.length > 0;
  return isWrong ? "tampered" : is_beginning ? "unknown" : "intact";
}

function limitsOf(
  check: EvidenceCheck,
  { isFromDatabase, outside }: { isFromDatabase: boolean; outside: number },
): string[] {
  const onTheWay = check.rows.reduce((sum, row) => sum + row.on_the_way, 0);
  return [
    ...(isFromDatabase
      ? [
          "The key is the one that the database names: whoever can change the database can change it. Give --verifier-key.",
        ]
      : []),
    ...(outside === 0
      ? [
          "No checkpoint from elsewhere was given: whoever has the key that signs, or restores an older database, is not seen. Give --checkpoint.",
        ]
      : []),
    ...(check.log.minimum_index > 0
      ? [
          `Leaves before ${formatNumber(check.log.minimum_index)} went for their age: their hashes are checked, but not the rows and the entries of agent_audit_log that only they were about.`,
        ]
      : []),
    ...(check.is_beginning
      ? ["Rows from before the log are still being added to it: rows that were inserted cannot be told yet."]
      : []),
    ...(onTheWay > 0
      ? [`${formatNumber(onTheWay)} rows were written or changed too recently to be in the log.`]
      : []),
    "That a record never arrived, and what was changed before a row was in the log, it cannot say: agent-actions verify looks at numbers and records.",
  ];
}

function linesOf(check: EvidenceCheck, verdict: Verdict, limits: readonly string[], out: Output): string[] {
  const { style, columns } = out;
  const { log, rows, audit, at } = check;
  const colour = { intact: style.good, tampered: style.bad, unknown: style.warn }[verdict];
  const points = (title: string, sentences: readonly string[]): string[] =>
    sentences.length === 0
      ? []
      : [
          title,
          ...sentences.flatMap((sentence) =>
            wrapText(`- ${oneLine(sentence)}`, columns - 4).map((line, nth) =>
              nth === 0 ? `  ${line}` : `    ${line}`,
            ),
          ),
        ];
  const findings = rows.flatMap((row) => row.findings);
  const more = (all: number): string[] =>
    all > SHOWN ? [`and ${formatNumber(all - SHOWN)} more: --json`] : [];
  return [
    `${colour(WORDS[verdict])}  ${style.dim(`${at.toISOString()}  ${formatNumber(log.tree_size)} leaves  root ${log.root}`)}`,
    "",
    ...renderTable(
      [
        ["", "intact", "changed", "removed", "inserted", "came back", "gone with reason"],
        ...rows.map((row) => [
          row.kind,
          ...[
            row.intact,
            row.changed,
            row.removed,
            row.inserted,
            row.came_back,
            row.erased + row.taken_back + row.aged,
          ].map(formatNumber),
        ]),
        [
          "audit log",
          ...[audit.intact, audit.changed.length, audit.removed.length, audit.inserted.length, 0, 0].map(
            formatNumber,
          ),
        ],
      ],
      [{}, ...Array.from({ length: 6 }, () => ({ align: "right" as const }))],
    ).map((line) => `  ${line}`),
    `  checkpoints: ${formatNumber(log.checkpoints)} of the database and ${formatNumber(log.witnessed)} from elsewhere are right; signed last ${log.signed_at?.toISOString() ?? "never"}`,
    ...points("The log:", [...log.findings.slice(0, SHOWN), ...more(log.findings.length)]),
    ...points("Rows:", [
      ...findings
        .slice(0, SHOWN)
        .map(({ what, kind, id, created_at, leaf, kafka }) =>
          [
            `${what}: ${kind} ${id}`,
            `of ${created_at}`,
            leaf !== undefined && `leaf ${leaf}`,
            kafka && `record ${kafka}`,
          ]
            .filter(Boolean)
            .join("  "),
        ),
      ...more(rows.reduce((sum, row) => sum + row.changed + row.removed + row.inserted + row.came_back, 0)),
    ]),
    ...points("Entries of agent_audit_log:", [
      ...(["changed", "removed", "inserted"] as const).flatMap((what) =>
        audit[what].length === 0 ? [] : [`${what}: ${audit[what].slice(0, SHOWN).join(", ")}`],
      ),
    ]),
    ...points("Not covered:", limits),
  ];
}
