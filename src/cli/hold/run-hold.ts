import type pg from "pg";
import { parseTimestamp } from "../../event/index.js";
import { addHold, HOLD_NAME, listHolds, releaseHold } from "../../store/erasure/holds.js";
import { createPool } from "../../store/pool.js";
import type { HOLD_OPTIONS } from "../commands/hold.js";
import { askedFor } from "../erase/asked-for.js";
import { printTable } from "../format/table.js";
import { oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { CommandError, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";

type HoldInput = CommandInput<typeof HOLD_OPTIONS>;

export async function runHold(
  { options, positionals }: HoldInput,
  { out, env }: CliContext,
): Promise<number> {
  const [what, name, ...more] = positionals;
  const isNamed = what === "add" || what === "release";
  if ((!isNamed && what !== "list") || (name !== undefined) !== isNamed || more.length > 0)
    throw new UsageError("There are: add NAME, list, and release NAME.", "hold");
  if (name !== undefined && !HOLD_NAME.test(name))
    throw new UsageError(
      `A hold's name has letters, digits, dots, dashes and underscores, at most 63, not "${oneLine(name)}".`,
      "hold",
    );
  const subject = what === "add" ? askedFor(options, "hold") : undefined;
  const until = options.until === undefined ? undefined : parseTimestamp(options.until);
  if (options.until !== undefined && (until === undefined || until.epochMillis < Date.now()))
    throw new UsageError(
      `--until has to be a time to come, ISO 8601, not "${oneLine(options.until)}".`,
      "hold",
    );
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const pool = createPool({ ...postgres, maxConnections: 1 });
  try {
    if (name === undefined) await list(pool, options.json, out);
    else if (subject === undefined) {
      if (!(await releaseHold(pool, name)))
        throw new CommandError(
          `There is no hold ${name} that has not ended. List them: agent-actions hold list`,
        );
      out.progress(`${name} holds nothing any more.`);
    } else {
      const end = until === undefined ? undefined : new Date(until.epochMillis);
      if (!(await addHold(pool, name, subject, { until: end, reason: options.reason })))
        throw new CommandError(`There is a hold ${name}. To release it: agent-actions hold release ${name}`);
      out.progress(`${name} holds ${subject.field} ${oneLine(subject.value)}.`);
    }
    return EXIT_OK;
  } finally {
    await pool.end();
  }
}

async function list(pool: pg.Pool, json: boolean, out: Output): Promise<void> {
  const holds = await listHolds(pool);
  if (json) for (const hold of holds) out.json(hold);
  else if (holds.length === 0) out.progress("Nothing is held.");
  else
    printTable(
      out,
      ["NAME", "FIELD", "VALUE", "UNTIL", "BY", "REASON"],
      holds.map(({ name, field, value, until, held_by: by, reason }) =>
        [name, field, value, until === "infinity" ? "released" : until, by, reason ?? ""].map(oneLine),
      ),
      [{}, {}, { maxWidth: 40 }, {}, {}, { maxWidth: 40 }],
    );
}
