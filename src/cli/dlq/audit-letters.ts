import type { PostgresSettings } from "../../config/postgres-settings.js";
import { placeText } from "../../consumer/dead-letter-note.js";
import type { KnownLetter } from "../../dead-letters/letter.js";
import { audit } from "../../store/audit.js";
import { createPool } from "../../store/pool.js";
import { CommandError } from "../framework/exit-codes.js";

const MAX_PLACES = 1_000;

/** Writes into the audit log what is about to be done. Throws `CommandError` where that cannot be. */
export async function auditLetters(
  postgres: PostgresSettings,
  action: "redrive" | "drop",
  letters: readonly KnownLetter[],
): Promise<void> {
  const pool = createPool({ ...postgres, maxConnections: 1 });
  try {
    const places = letters.slice(0, MAX_PLACES).map(placeText);
    await audit(pool, { action, subject: "dead letters", details: { letters: letters.length, places } });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `Nothing was done, because it cannot be written into the audit log: ${why}. With --no-audit it is done without.`,
    );
  } finally {
    await pool.end();
  }
}
