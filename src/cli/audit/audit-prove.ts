import type pg from "pg";
import { parseUuid } from "../../event/index.js";
import { entryOf, hashOf, ROW_KINDS } from "../../evidence/leaf.js";
import {
  latestCheckpoint,
  type PlacedLeaf,
  readLeaves,
  readState,
  subtreesOf,
} from "../../evidence/log-table.js";
import {
  consistencyProof,
  inclusionProof,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "../../evidence/merkle.js";
import { readCheckpoint } from "../../evidence/note.js";
import { readPruned } from "../../evidence/prune.js";
import { oneLine } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { CommandError, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import { type AuditInput, noLog, verifierOf } from "./run-audit.js";

/** Prints a proof that anybody can check who has the public key, without this package. */
export async function proveFromLog(
  pool: pg.Pool,
  input: AuditInput,
  { out, env }: CliContext,
): Promise<number> {
  const { row, leaf: index, "from-size": before, json } = input.options;
  if ([row, index, before].filter((given) => given !== undefined).length !== 1)
    throw new UsageError("prove needs one of --row ID, --leaf N and --from-size N.", "audit");
  const [state, latest] = [await readState(pool), await latestCheckpoint(pool)];
  if (state === undefined || latest === undefined) throw noLog();
  const { key } = verifierOf(input, env, state.verifierKey);
  const head = readCheckpoint(latest.note, key);
  if (head === undefined)
    throw new CommandError("The newest checkpoint is not signed by the key that checks it.");
  const { size, root } = head;
  const subtrees = subtreesOf(pool, size);
  if (before !== undefined) {
    if (before > size)
      throw new CommandError(`The log has ${size} leaves: it does not go on from ${before}.`);
    const proof = await consistencyProof(before, size, subtrees);
    const old = { size: before, root: await rootOf(before, subtrees) };
    if (!verifyConsistency(old, head, proof)) throw doesNotAdd();
    if (json)
      out.json({
        from_size: before,
        from_root: base64(old.root),
        size,
        root: base64(root),
        proof: proof.map(base64),
        checkpoint: latest.note,
      });
    else for (const hash of proof) out.result(base64(hash));
    return EXIT_OK;
  }
  const leaf =
    index === undefined ? await leafOfRow(pool, row ?? "", size) : (await readLeaves(pool, index, 1))[0];
  const gone =
    leaf === undefined || leaf.index !== (index ?? leaf.index) ? (await readPruned(pool)).before : 0;
  if (gone > (index ?? 0))
    throw new CommandError(
      `The log has no leaf ${index === undefined ? `about the row ${oneLine(row ?? "")} any more` : `${index} any more`}: those before ${gone} went for their age.`,
    );
  if (leaf === undefined || leaf.index >= size || (index !== undefined && leaf.index !== index))
    throw new CommandError(
      `The log has ${size} leaves, and none ${index === undefined ? `about the row ${oneLine(row ?? "")}` : `at ${index}`}.`,
    );
  const proof = await inclusionProof(leaf.index, size, subtrees);
  if (!verifyInclusion({ index: leaf.index, size, leaf: hashOf(leaf), root }, proof)) throw doesNotAdd();
  const entry = entryOf(leaf).toString();
  if (json) {
    out.json({
      index: leaf.index,
      entry,
      size,
      root: base64(root),
      proof: proof.map(base64),
      checkpoint: latest.note,
    });
    return EXIT_OK;
  }
  out.progress(`leaf ${leaf.index} of ${size}: ${oneLine(entry)}`);
  // https://c2sp.org/tlog-proof
  out.result(
    ["c2sp.org/tlog-proof@v1", `index ${leaf.index}`, ...proof.map(base64), "", latest.note.trimEnd()].join(
      "\n",
    ),
  );
  return EXIT_OK;
}

const base64 = (hash: Buffer): string => hash.toString("base64");

const doesNotAdd = (): CommandError =>
  new CommandError(
    "The log's hashes do not make the root that was signed: agent-actions audit verify says which.",
  );

/** The last leaf about a row. By its time, where the row is there: leaves have an index on that. */
async function leafOfRow(pool: pg.Pool, row: string, size: number): Promise<PlacedLeaf | undefined> {
  const id = parseUuid(row);
  if (id === undefined) throw new UsageError(`--row has to be a UUID, not "${oneLine(row)}".`, "audit");
  const tables = Object.values(ROW_KINDS).map(
    (kind) => `select created_at from ${kind.table} where ${kind.id} = $1`,
  );
  const { rows: times } = await pool.query<{ created_at: Date }>(tables.join(" union all "), [id]);
  const { rows } = await pool.query<{ index: number }>(
    `select leaf_index::float8 as index from agent_evidence_leaves
     where row_id = $1 and leaf_index < $2 ${times.length === 0 ? "" : `and created_at in (${tables.join(" union all ")})`}
     order by leaf_index desc limit 1`,
    [id, size],
  );
  return rows[0] === undefined ? undefined : (await readLeaves(pool, rows[0].index, 1))[0];
}
