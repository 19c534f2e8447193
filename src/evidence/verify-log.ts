/** Whether the log is what was signed: leaves against tiles, and the tree against checkpoints of the database and from elsewhere. */
import type pg from "pg";
import { hashOf } from "./leaf.js";
import { type LogState, readLeaves, readTile } from "./log-table.js";
import { GrowingRoot, HASH_BYTES } from "./merkle.js";
import { readCheckpoint, type VerifierKey } from "./note.js";
import { edgeNumber, edgeWidth, TILE_HASHES } from "./tiles.js";

export interface LogCheck {
  readonly tree_size: number;
  /** Leaves before it went for their age, and the log says so; their hashes are there. 0 where none did. */
  readonly minimum_index: number;
  /** Base64. */
  readonly root: string;
  /** Checkpoints of the database that are right. */
  readonly checkpoints: number;
  /** Checkpoints from elsewhere that this log goes on from. */
  readonly witnessed: number;
  /** When the newest checkpoint was signed; `null`: there is none. */
  readonly signed_at: Date | null;
  /** What is wrong, as sentences; the first hundred. */
  readonly findings: readonly string[];
}

/** A checkpoint from elsewhere, and where it is from. */
export interface OutsideCheckpoint {
  readonly from: string;
  readonly note: string;
}

const BATCH = 10 * TILE_HASHES;
const MAX_FINDINGS = 100;

/**
 * Reads every leaf once; of those that went for their age, the hash. The client has to be in a transaction that sees one state. Throws what Postgres throws, and the signal's reason.
 */
export async function verifyLog(
  client: pg.ClientBase,
  state: LogState,
  key: VerifierKey,
  {
    outside,
    minimumIndex,
    signal,
  }: {
    readonly outside: readonly OutsideCheckpoint[];
    readonly minimumIndex: number;
    readonly signal: AbortSignal;
  },
): Promise<LogCheck> {
  const findings: string[] = [];
  const find = (finding: string) => {
    if (findings.length < MAX_FINDINGS) findings.push(finding);
  };
  if (state.verifierKey !== key.text)
    find(
      `The log says to be signed by another key (${state.verifierKey.split("+").slice(0, 2).join("+")}) than the one that it is checked by.`,
    );
  const { rows: stored } = await client.query<{ tree_size: number; note: string; signed_at: Date }>(
    "select tree_size::float8 as tree_size, note, signed_at from agent_evidence_checkpoints order by agent_evidence_checkpoints.tree_size",
  );
  /** Roots that somebody claims, by the size at which the tree has to have them. */
  const claims = new Map<
    number,
    { readonly root: Buffer; readonly from: string; readonly isOutside: boolean }[]
  >();
  const claim = (note: string, from: string, isOutside: boolean, expectedSize?: number) => {
    const checkpoint = readCheckpoint(note, key);
    if (checkpoint === undefined || (expectedSize !== undefined && checkpoint.size !== expectedSize))
      return find(`The checkpoint ${from} is not signed by the key, or says another size.`);
    if (checkpoint.size > state.treeSize)
      return find(
        `The checkpoint ${from} has ${checkpoint.size} leaves, the log ${state.treeSize}: leaves were removed, or an older database was restored.`,
      );
    const claimed = claims.get(checkpoint.size) ?? [];
    claims.set(checkpoint.size, claimed);
    claimed.push({ root: checkpoint.root, from, isOutside });
  };
  for (const { tree_size: size, note } of stored)
    claim(note, `of the database for ${size} leaves`, false, size);
  for (const { from, note } of outside) claim(note, from, true);
  if (state.treeSize > 0 && stored.at(-1)?.tree_size !== state.treeSize)
    find(`No checkpoint of the database is signed for its ${state.treeSize} leaves: one was removed.`);

  const counts = { checkpoints: 0, witnessed: 0 };
  const tree = new GrowingRoot();
  const settle = () => {
    for (const { root, from, isOutside } of claims.get(tree.size) ?? [])
      if (!root.equals(tree.root()))
        find(
          `The checkpoint ${from} has another root than these leaves: leaves before it were changed, removed or inserted.`,
        );
      else counts[isOutside ? "witnessed" : "checkpoints"] += 1;
  };
  settle();
  for (let from = 0; from < state.treeSize; from += BATCH) {
    signal.throwIfAborted();
    const leaves = await readLeaves(client, from, Math.min(BATCH, state.treeSize - from));
    const tiles = await tileHashes(
      client,
      from,
      Math.min(BATCH, state.treeSize - from),
      state.treeSize,
      find,
    );
    const byIndex = new Map(leaves.map((leaf) => [leaf.index, leaf]));
    for (let at = from; at < Math.min(from + BATCH, state.treeSize); at++) {
      const leaf = byIndex.get(at);
      const tiled = tiles.subarray((at - from) * HASH_BYTES, (at - from + 1) * HASH_BYTES);
      const hash = leaf === undefined ? undefined : hashOf(leaf);
      if (hash === undefined && at < minimumIndex) {
        // It went for its age, as a leaf says that is looked at later.
      } else if (hash === undefined) find(`Leaf ${at} is not in agent_evidence_leaves: it was removed.`);
      else if (!hash.equals(tiled))
        find(`Leaf ${at} (${leaf?.kind} ${leaf?.rowId ?? ""}) is not what its hash says: it was changed.`);
      // The tile is what was signed, where they differ; whether it is, the root says.
      tree.add(tiled.length === HASH_BYTES ? tiled : (hash ?? Buffer.alloc(HASH_BYTES)));
      if (claims.has(tree.size)) settle();
    }
  }
  const { rows: more } = await client.query<{ index: number }>(
    "select leaf_index::float8 as index from agent_evidence_leaves where leaf_index >= $1 order by leaf_index limit 1",
    [state.treeSize],
  );
  if (more[0] !== undefined)
    find(`There is a leaf ${more[0].index}, and the log has ${state.treeSize}: it was inserted.`);
  return {
    tree_size: state.treeSize,
    minimum_index: minimumIndex,
    root: tree.root().toString("base64"),
    ...counts,
    signed_at: stored.at(-1)?.signed_at ?? null,
    findings,
  };
}

/** Hashes of leaves as the tiles have them; those of a tile that is missing are zero. */
async function tileHashes(
  client: pg.ClientBase,
  from: number,
  count: number,
  size: number,
  find: (finding: string) => void,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let number = from / TILE_HASHES; number * TILE_HASHES < from + count; number++) {
    const width = number < edgeNumber(size, 0) ? TILE_HASHES : edgeWidth(size, 0);
    try {
      parts.push(await readTile(client, 0, number, width));
    } catch (error) {
      if (!(error instanceof Error) || "severity" in error) throw error;
      find(`${error.message}.`);
      parts.push(Buffer.alloc(width * HASH_BYTES));
    }
  }
  return Buffer.concat(parts);
}
