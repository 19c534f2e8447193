import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  consistencyProof,
  EMPTY_ROOT,
  GrowingRoot,
  HASH_BYTES,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "../../../src/evidence/merkle.js";
import { growTiles, parseTilePath, subtreeReader, TILE_HASHES } from "../../../src/evidence/tiles.js";

const sha256 = (...parts: Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();

/** RFC 6962 section 2.1 word for word. */
function naiveRoot(entries: readonly Buffer[]): Buffer {
  const [first] = entries;
  if (first === undefined) return sha256();
  if (entries.length === 1) return sha256(Buffer.from([0]), first);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(Buffer.from([1]), naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)));
}

/** A log in memory, grown in steps as the one in Postgres is. */
class MemoryLog {
  readonly tiles = new Map<string, Buffer>();
  size = 0;

  append(leaves: readonly Buffer[]): void {
    const edges: Buffer[] = [];
    for (let level = 0; TILE_HASHES ** level <= this.size; level++) {
      const width = Math.floor(this.size / TILE_HASHES ** level) % TILE_HASHES;
      const number = Math.floor(this.size / TILE_HASHES ** (level + 1));
      edges.push((this.tiles.get(`${level}/${number}`) ?? Buffer.alloc(0)).subarray(0, width * HASH_BYTES));
    }
    for (const { level, number, hashes } of growTiles(this.size, edges, leaves))
      this.tiles.set(`${level}/${number}`, hashes);
    this.size += leaves.length;
  }

  readonly subtree = subtreeReader(async (level, number) => {
    const tile = this.tiles.get(`${level}/${number}`);
    if (tile === undefined) throw new Error(`no tile ${level}/${number}`);
    return tile;
  });
}

const entriesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.from(`entry ${at}`));

function logOf(entries: readonly Buffer[]): MemoryLog {
  const log = new MemoryLog();
  log.append(entries.map(leafHash));
  return log;
}

// The test vectors of the reference implementation of RFC 6962: their inputs, and the roots of the first so many of them.
const RFC_6962_ENTRIES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((hex) => Buffer.from(hex, "hex"));
const RFC_6962_ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

describe("RFC 6962", () => {
  test("roots of its test vectors", async () => {
    for (const [size, root] of RFC_6962_ROOTS.entries()) {
      const log = logOf(RFC_6962_ENTRIES.slice(0, size));
      expect((await rootOf(size, log.subtree)).toString("hex")).toBe(root);
    }
    expect(EMPTY_ROOT.toString("hex")).toBe(RFC_6962_ROOTS[0]);
  });

  test("the example of section 2.1.3: proofs of seven leaves, in terms of its nodes", async () => {
    const entries = entriesOf(7);
    const log = logOf(entries);
    const [a, b, c, d, e, f, j] = entries.map(leafHash) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ];
    const [g, h, i] = [nodeHash(a, b), nodeHash(c, d), nodeHash(e, f)];
    const [k, l] = [nodeHash(g, h), nodeHash(i, j)];
    expect(await inclusionProof(0, 7, log.subtree)).toEqual([b, h, l]);
    expect(await inclusionProof(3, 7, log.subtree)).toEqual([c, g, l]);
    expect(await inclusionProof(4, 7, log.subtree)).toEqual([f, j, k]);
    expect(await inclusionProof(6, 7, log.subtree)).toEqual([i, k]);
    expect(await consistencyProof(3, 7, log.subtree)).toEqual([c, d, g, l]);
    expect(await consistencyProof(4, 7, log.subtree)).toEqual([l]);
    expect(await consistencyProof(6, 7, log.subtree)).toEqual([i, j, k]);
  });
});

interface Vectors {
  readonly entries: number;
  readonly roots: Readonly<Record<string, string>>;
  readonly inclusion: readonly { readonly index: number; readonly size: number; readonly proof: string[] }[];
  readonly consistency: readonly {
    readonly before: number;
    readonly after: number;
    readonly proof: string[];
  }[];
}

test("roots and proofs are those of another implementation, aics-tlog", async () => {
  const vectors = JSON.parse(readFileSync("test/fixtures/evidence/aics-tlog.json", "utf8")) as Vectors;
  const entries = entriesOf(vectors.entries);
  const log = logOf(entries);
  const base64 = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString("base64"));
  expect(Object.keys(vectors.roots).length).toBeGreaterThan(10);
  for (const [size, root] of Object.entries(vectors.roots))
    expect((await rootOf(Number(size), log.subtree)).toString("base64")).toBe(root);
  for (const { index, size, proof } of vectors.inclusion)
    expect(base64(await inclusionProof(index, size, log.subtree))).toEqual(proof);
  for (const { before, after, proof } of vectors.consistency)
    expect(base64(await consistencyProof(before, after, log.subtree))).toEqual(proof);
});

test("a tree that grows in any steps has the roots and proofs of a naive one, and no changed proof is accepted", async () => {
  const entries = entriesOf(1_200);
  const heads = new Map<number, Buffer>();
  const headOf = (size: number): Buffer => {
    const root = heads.get(size) ?? naiveRoot(entries.slice(0, size));
    heads.set(size, root);
    return root;
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      async (steps, someIndex, someSize, someBit) => {
        const log = new MemoryLog();
        const growing = new GrowingRoot();
        for (const step of steps) {
          const leaves = entries.slice(log.size, log.size + step).map(leafHash);
          log.append(leaves);
          for (const leaf of leaves) growing.add(leaf);
        }
        const { size } = log;
        const root = await rootOf(size, log.subtree);
        expect(root).toEqual(headOf(size));
        expect(growing.root()).toEqual(root);

        const index = someIndex % size;
        const leaf = leafHash(entries[index] ?? Buffer.alloc(0));
        const included = await inclusionProof(index, size, log.subtree);
        expect(verifyInclusion({ index, size, leaf, root }, included)).toBe(true);
        const before = someSize % (size + 1);
        const [old, fresh] = [
          { size: before, root: headOf(before) },
          { size, root },
        ];
        const consistent = await consistencyProof(before, size, log.subtree);
        expect(verifyConsistency(old, fresh, consistent)).toBe(true);

        // One bit of anything, and it is none.
        expect(verifyInclusion({ index, size, leaf: flipped(leaf, someBit), root }, included)).toBe(false);
        expect(verifyInclusion({ index, size, leaf, root: flipped(root, someBit) }, included)).toBe(false);
        expect(verifyInclusion({ index, size, leaf, root }, [...included, root])).toBe(false);
        if (included.length > 0) {
          const wrong = included.with(
            someBit % included.length,
            flipped(included[someBit % included.length] as Buffer, someBit),
          );
          expect(verifyInclusion({ index, size, leaf, root }, wrong)).toBe(false);
          expect(verifyInclusion({ index, size, leaf, root }, included.slice(1))).toBe(false);
        }
        expect(verifyConsistency(old, { size, root: flipped(root, someBit) }, consistent)).toBe(before === 0);
        if (before > 0)
          expect(
            verifyConsistency({ size: before, root: flipped(old.root, someBit) }, fresh, consistent),
          ).toBe(false);
        expect(verifyConsistency(old, fresh, [...consistent, root])).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});

function flipped(hash: Buffer, bit: number): Buffer {
  const wrong = Buffer.from(hash);
  const at = bit % (wrong.length * 8);
  wrong[at >> 3] = (wrong[at >> 3] ?? 0) ^ (1 << (at & 7));
  return wrong;
}

test("only paths in the form of tlog-tiles name a tile", () => {
  expect(parseTilePath("/tile/0/000")).toEqual({ level: 0, number: 0, width: 256 });
  expect(parseTilePath("/tile/1/x001/x234/067.p/5")).toEqual({ level: 1, number: 1_234_067, width: 5 });
  expect(parseTilePath("/tile/entries/017")).toEqual({ level: "entries", number: 17, width: 256 });
  for (const path of [
    "/tile/0/0",
    "/tile/00/000",
    "/tile/64/000",
    "/tile/0/x000/001",
    "/tile/0/001.p/0",
    "/tile/0/001.p/256",
    "/tile/0/001.p/05",
    "/tile/0/x001",
    "/tile/data/000",
    "/tile/0/000/",
    "/tile/0/x999/x999/x999/x999/x999/x999/999",
  ])
    expect(parseTilePath(path), path).toBeUndefined();
});
