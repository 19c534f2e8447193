import type pg from "pg";
import { hasContents } from "../../evidence/log-table.js";
import { readCheckpoint, type VerifierKey } from "../../evidence/note.js";
import type { OutsideCheckpoint } from "../../evidence/verify-log.js";
import { formatNumber, oneLine } from "../format/values.js";
import { CommandError, EXIT_FAILURE, EXIT_UNKNOWN } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import type { AuditInput } from "./run-audit.js";

/**
 * What can be said of a database without an evidence log. A checkpoint that the key signed shows that there was one, and so do leaves, tiles
 * and checkpoints that are left. Returns the exit code.
 */
export async function verdictWithoutLog(
  pool: pg.Pool,
  { key, outside }: { readonly key: VerifierKey | undefined; readonly outside: readonly OutsideCheckpoint[] },
  { options }: AuditInput,
  out: Output,
): Promise<number> {
  if (outside.length > 0 && key === undefined)
    throw new CommandError(
      "There is no evidence log that names a key to check checkpoints by: give --verifier-key.",
    );
  const findings: string[] = [];
  let largest: { readonly from: string; readonly size: number } | undefined;
  let unsigned = 0;
  for (const { from, note } of outside) {
    const size = key && readCheckpoint(note, key)?.size;
    if (size === undefined) unsigned += 1;
    else if (size > (largest?.size ?? 0)) largest = { from, size };
  }
  if (largest !== undefined)
    findings.push(
      `The log is gone: the checkpoint ${largest.from} has ${formatNumber(largest.size)} leaves, and this database has no log.`,
    );
  if (await hasContents(pool))
    findings.push("The log is gone: its row in agent_evidence_log was removed, and parts of it are left.");
  if (findings.length > 0) {
    if (options.json) out.json({ verdict: "tampered", reason: "log_gone", log: { findings } });
    else {
      out.result(out.style.bad("TAMPERED WITH"));
      for (const finding of findings) out.result(`  - ${oneLine(finding)}`);
    }
    return EXIT_FAILURE;
  }
  out.progress("There is no evidence log in this database: nothing can be said.");
  if (unsigned > 0)
    out.progress(
      `${formatNumber(unsigned)} of the checkpoints from elsewhere are not signed by the key: they do not show that there was one.`,
    );
  else if (outside.length === 0)
    out.progress(
      "Whether there was one, a checkpoint from elsewhere shows: give --checkpoint and --verifier-key.",
    );
  if (options.json) out.json({ verdict: "unknown", reason: "no_log" });
  return EXIT_UNKNOWN;
}
