/** The evidence log in Postgres: how far it has come, its tiles, leaves and checkpoints. Everything throws what Postgres throws. */
import type pg from "pg";
import type { ChangeCursor } from "../store/change-feed.js";
import type { Leaf, RowKind } from "./leaf.js";
import { HASH_BYTES, type SubtreeReader } from "./merkle.js";
import { isoOf } from "./row-form.js";
import { edgeNumber, edgeWidth, subtreeReader, TILE_HASHES, type Tile } from "./tiles.js";

export interface LogState {
  readonly verifierKey: string;
  readonly treeSize: number;
  readonly cursor: ChangeCursor;
  /** Up to where rows are added that were there before the log. */
  readonly rowsBefore: { readonly kind: RowKind; readonly id?: string } | null;
  readonly begunAt: Date;
}

const STATE = `
  select verifier_key as "verifierKey", tree_size::float8 as "treeSize", change_cursor as cursor, rows_before as "rowsBefore",
    begun_at as "begunAt" from agent_evidence_log`;

/** `undefined`: there is no log. */
export async function readState(client: pg.ClientBase | pg.Pool): Promise<LogState | undefined> {
  return (await client.query<LogState>(STATE)).rows[0];
}

/** The same, and nobody else keeps the log until the end of the transaction. `undefined`: somebody does, or there is none. */
export async function lockState(client: pg.ClientBase): Promise<LogState | undefined> {
  return (await client.query<LogState>(`${STATE} for update skip locked`)).rows[0];
}

/** Whether there are leaves, tiles or checkpoints. Where there is no log, there are none: its state is written before them. */
export async function hasContents(client: pg.ClientBase | pg.Pool): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean }>(
    `select exists (select from agent_evidence_leaves) or exists (select from agent_evidence_tiles)
       or exists (select from agent_evidence_checkpoints) as has`,
  );
  return rows[0]?.has === true;
}

export async function writeState(
  client: pg.ClientBase,
  { treeSize, cursor, rowsBefore }: Pick<LogState, "treeSize" | "cursor" | "rowsBefore">,
): Promise<void> {
  await client.query("update agent_evidence_log set tree_size = $1, change_cursor = $2, rows_before = $3", [
    treeSize,
    JSON.stringify(cursor),
    rowsBefore === null ? null : JSON.stringify(rowsBefore),
  ]);
}

/** The tile at the right edge of each level. */
export async function readEdges(client: pg.ClientBase, size: number): Promise<Buffer[]> {
  const edges: Buffer[] = [];
  for (let level = 0; TILE_HASHES ** level <= size; level++) {
    const width = edgeWidth(size, level);
    edges.push(width === 0 ? Buffer.alloc(0) : await readTile(client, level, edgeNumber(size, level), width));
  }
  return edges;
}

/** The first hashes of a tile. Rejects where there are not so many. */
export async function readTile(
  client: pg.ClientBase | pg.Pool,
  level: number,
  number: number,
  width: number,
): Promise<Buffer> {
  const { rows } = await client.query<{ hashes: Buffer }>(
    "select hashes from agent_evidence_tiles where level = $1 and number = $2",
    [level, number],
  );
  const hashes = rows[0]?.hashes ?? Buffer.alloc(0);
  if (hashes.length < width * HASH_BYTES)
    throw new Error(
      `agent_evidence_tiles has ${hashes.length / HASH_BYTES} hashes of the tile ${level}/${number}, and should have ${width}: somebody removed some`,
    );
  return hashes.subarray(0, width * HASH_BYTES);
}

/** Reads whole subtrees of a log of so many leaves, each tile once. */
export function subtreesOf(client: pg.ClientBase | pg.Pool, size: number): SubtreeReader {
  const known = new Map<string, Promise<Buffer>>();
  return subtreeReader((level, number) => {
    const key = `${level}/${number}`;
    const width = number < edgeNumber(size, level) ? TILE_HASHES : edgeWidth(size, level);
    const tile = known.get(key) ?? readTile(client, level, number, width);
    known.set(key, tile);
    return tile;
  });
}

export async function writeTiles(client: pg.ClientBase, tiles: readonly Tile[]): Promise<void> {
  for (let at = 0; at < tiles.length; at += 100) {
    const some = tiles.slice(at, at + 100);
    await client.query(
      `insert into agent_evidence_tiles (level, number, hashes)
       select level, number, hashes from unnest($1::smallint[], $2::bigint[], $3::bytea[]) as tile (level, number, hashes)
       on conflict (level, number) do update set hashes = excluded.hashes`,
      [some.map(({ level }) => level), some.map(({ number }) => number), some.map(({ hashes }) => hashes)],
    );
  }
}

export async function writeLeaves(
  client: pg.ClientBase,
  first: number,
  leaves: readonly Leaf[],
): Promise<void> {
  for (let at = 0; at < leaves.length; at += 1_000) {
    const some = leaves.slice(at, at + 1_000);
    await client.query(
      `insert into agent_evidence_leaves (leaf_index, kind, row_id, created_at, row_sha256, kafka_place, details, logged_at)
       select $1::bigint + nth - 1, kind, row_id, created_at, row_sha256, kafka_place, details, logged_at
       from unnest($2::text[], $3::uuid[], $4::timestamptz[], $5::bytea[], $6::text[], $7::jsonb[], $8::timestamptz[])
         with ordinality as leaf (kind, row_id, created_at, row_sha256, kafka_place, details, logged_at, nth)`,
      [
        first + at,
        some.map(({ kind }) => kind),
        some.map(({ rowId }) => rowId),
        some.map(({ createdAt }) => createdAt),
        some.map(({ sha256 }) => sha256),
        some.map(({ kafka }) => kafka),
        some.map(({ details }) => (details === undefined ? null : JSON.stringify(details))),
        some.map(({ loggedAt }) => loggedAt),
      ],
    );
  }
}

export interface PlacedLeaf extends Leaf {
  readonly index: number;
}

/** Leaves from an index on, in order: as many as there are, at most `limit`. */
export async function readLeaves(
  client: pg.ClientBase | pg.Pool,
  from: number,
  limit: number,
): Promise<readonly PlacedLeaf[]> {
  const { rows } = await client.query<PlacedLeaf & Record<string, unknown>>(
    `select leaf_index::float8 as index, kind, row_id::text as "rowId", ${isoOf("created_at")} as "createdAt", row_sha256 as sha256,
       kafka_place as kafka, details,
       to_char(logged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "loggedAt"
     from agent_evidence_leaves where leaf_index >= $1 order by leaf_index limit $2`,
    [from, limit],
  );
  return rows.map(withoutNulls);
}

const withoutNulls = (row: PlacedLeaf & Record<string, unknown>): PlacedLeaf =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as PlacedLeaf;

/** Keeps the newest, and the last of each minute. */
export async function writeCheckpoint(client: pg.ClientBase, size: number, note: string): Promise<void> {
  await client.query(
    "delete from agent_evidence_checkpoints where signed_at >= date_trunc('minute', clock_timestamp())",
  );
  await client.query(
    `insert into agent_evidence_checkpoints (tree_size, note) values ($1, $2)
     on conflict (tree_size) do update set note = excluded.note, signed_at = excluded.signed_at`,
    [size, note],
  );
}

/** The newest; `undefined` where there is none. */
export async function latestCheckpoint(
  client: pg.ClientBase | pg.Pool,
): Promise<{ readonly note: string; readonly signed_at: Date } | undefined> {
  const { rows } = await client.query<{ note: string; signed_at: Date }>(
    "select note, signed_at from agent_evidence_checkpoints order by tree_size desc limit 1",
  );
  return rows[0];
}
