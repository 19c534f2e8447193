/** Tiles of a tree in the form of https://c2sp.org/tlog-tiles: paths, what of a tree is in which, and how they grow. */
import { HASH_BYTES, nodeHash, type SubtreeReader } from "./merkle.js";

/** Hashes of a full tile: eight levels of the tree. */
export const TILE_HASHES = 256;
const TILE_HEIGHT = 8;

/** One that is not full has fewer hashes. */
export interface Tile {
  readonly level: number;
  readonly number: number;
  readonly hashes: Buffer;
}

/** What a path asks for. */
export interface TilePath {
  /** `entries`: not hashes, but the entries that the leaves are made of. */
  readonly level: number | "entries";
  readonly number: number;
  /** How many hashes or entries. */
  readonly width: number;
}

const PATH = /^\/tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
const MAX_LEVEL = 63;

/** `undefined`: it is no path of a tile. */
export function parseTilePath(path: string): TilePath | undefined {
  const [, level = "", digits = "", width] = PATH.exec(path) ?? [];
  if (level === "" || (level !== "entries" && Number(level) > MAX_LEVEL)) return undefined;
  const number = Number(digits.replaceAll(/[x/]/g, ""));
  if (!Number.isSafeInteger(number) || (width !== undefined && Number(width) >= TILE_HASHES))
    return undefined;
  // A number has one form: only the last three digits may be there to fill up.
  if (digits.startsWith("x000")) return undefined;
  return {
    level: level === "entries" ? "entries" : Number(level),
    number,
    width: width === undefined ? TILE_HASHES : Number(width),
  };
}

/** How many hashes the last tile of a level has in a tree of so many leaves; 0 where the one before is full. */
export const edgeWidth = (size: number, level: number): number =>
  Math.floor(size / TILE_HASHES ** level) % TILE_HASHES;

/** Which number the tile has that the next hash of a level goes to. */
export const edgeNumber = (size: number, level: number): number =>
  Math.floor(size / TILE_HASHES ** (level + 1));

/** Hashes of whole subtrees from tiles. @param tileOf may reject, where a tile is missing */
export function subtreeReader(tileOf: (level: number, number: number) => Promise<Buffer>): SubtreeReader {
  return async (height, index) => {
    const level = Math.floor(height / TILE_HEIGHT);
    const width = 2 ** (height % TILE_HEIGHT);
    const first = index * width;
    const number = Math.floor(first / TILE_HASHES);
    const begin = (first % TILE_HASHES) * HASH_BYTES;
    const part = (await tileOf(level, number)).subarray(begin, begin + width * HASH_BYTES);
    if (part.length !== width * HASH_BYTES)
      throw new Error(`The tile ${level}/${number} of the log has fewer hashes than the log's size says.`);
    return foldHashes(part);
  };
}

/** The root over a power of two of hashes. */
function foldHashes(hashes: Buffer): Buffer {
  if (hashes.length === HASH_BYTES) return hashes;
  const middle = hashes.length / 2;
  return nodeHash(foldHashes(hashes.subarray(0, middle)), foldHashes(hashes.subarray(middle)));
}

/**
 * Adds leaves to a tree. Returns the tiles that are new or have grown.
 *
 * @param edges hashes of the tile at the right edge, by level, where there are some: `edgeWidth` says how many
 */
export function growTiles(
  size: number,
  edges: readonly Buffer[],
  leaves: readonly Buffer[],
): readonly Tile[] {
  const tiles: Tile[] = [];
  let arriving = leaves;
  for (let level = 0; arriving.length > 0; level++) {
    const full: Buffer[] = [];
    let number = edgeNumber(size, level);
    let all = Buffer.concat([edges[level] ?? Buffer.alloc(0), ...arriving]);
    for (; all.length > 0; number++) {
      const tile = all.subarray(0, TILE_HASHES * HASH_BYTES);
      tiles.push({ level, number, hashes: tile });
      if (tile.length === TILE_HASHES * HASH_BYTES) full.push(foldHashes(tile));
      all = all.subarray(tile.length);
    }
    arriving = full;
  }
  return tiles;
}
