/**
 * The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1) over SHA-256. Hashes of whole subtrees come from a reader; everything else
 * is computed from them, so that a proof of a tree of any size reads a few tiles.
 */
import { hash } from "node:crypto";

export const HASH_BYTES = 32;

/** `MTH({})`: the root of a tree without leaves. */
export const EMPTY_ROOT: Buffer = hash("sha256", "", "buffer");

/** `SHA-256(0x00 || entry)`. */
export const leafHash = (entry: Uint8Array): Buffer =>
  hash("sha256", Buffer.concat([LEAF_PREFIX, entry]), "buffer");

/** `SHA-256(0x01 || left || right)`. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  hash("sha256", Buffer.concat([NODE_PREFIX, left, right]), "buffer");

const LEAF_PREFIX = Buffer.from([0]);
const NODE_PREFIX = Buffer.from([1]);

/** The hash of the leaves from `index * 2^height` up to `(index + 1) * 2^height`, all of which are in the tree. */
export type SubtreeReader = (height: number, index: number) => Promise<Buffer>;

/** `MTH(D[0:size])`. Rejects as the reader does. */
export const rootOf = (size: number, subtree: SubtreeReader): Promise<Buffer> => rangeHash(0, size, subtree);

/** `PATH(index, D[0:size])`, from the leaf upwards. Rejects as the reader does, and with `RangeError` where the leaf is not in the tree. */
export async function inclusionProof(index: number, size: number, subtree: SubtreeReader): Promise<Buffer[]> {
  if (index < 0 || index >= size) throw new RangeError(`There is no leaf ${index} in a tree of ${size}.`);
  const proof: Buffer[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    const isLeft = index < middle;
    proof.push(await (isLeft ? rangeHash(middle, to, subtree) : rangeHash(from, middle, subtree)));
    [from, to] = isLeft ? [from, middle] : [middle, to];
  }
  return proof.reverse();
}

/** `PROOF(before, D[0:after])`. Rejects as the reader does, and with `RangeError` where the first tree is not the smaller one. */
export async function consistencyProof(
  before: number,
  after: number,
  subtree: SubtreeReader,
): Promise<Buffer[]> {
  if (before < 0 || before > after)
    throw new RangeError(`A tree of ${after} does not go on one of ${before}.`);
  if (before === 0 || before === after) return [];
  const proof: Buffer[] = [];
  let [from, to] = [0, after];
  while (to !== before) {
    const middle = from + splitOf(to - from);
    const isLeft = before <= middle;
    proof.push(await (isLeft ? rangeHash(middle, to, subtree) : rangeHash(from, middle, subtree)));
    [from, to] = isLeft ? [from, middle] : [middle, to];
  }
  // The smaller tree itself is known to whoever checks; a part of it is not.
  if (from > 0) proof.push(await rangeHash(from, to, subtree));
  return proof.reverse();
}

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(
  { index, size, leaf, root }: { index: number; size: number; leaf: Buffer; root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (index >= size) return false;
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(root);
}

interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** RFC 9162 section 2.1.4.2. */
export function verifyConsistency(before: TreeHead, after: TreeHead, proof: readonly Buffer[]): boolean {
  if (before.size > after.size) return false;
  if (before.size === after.size) return proof.length === 0 && before.root.equals(after.root);
  if (before.size === 0) return proof.length === 0 && before.root.equals(EMPTY_ROOT);
  const path = [...proof];
  // Of a power of two the smaller tree is a subtree of the larger one, and its root is known.
  if (isPowerOfTwo(before.size)) path.unshift(before.root);
  const first = path.shift();
  if (first === undefined) return false;
  let [node, last] = [before.size - 1, after.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [old, fresh] = [first, first];
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      old = nodeHash(sibling, old);
      fresh = nodeHash(sibling, fresh);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else fresh = nodeHash(fresh, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && old.equals(before.root) && fresh.equals(after.root);
}

async function rangeHash(from: number, to: number, subtree: SubtreeReader): Promise<Buffer> {
  const size = to - from;
  if (size === 0) return EMPTY_ROOT;
  if (isPowerOfTwo(size)) return subtree(Math.log2(size), from / size);
  const middle = from + splitOf(size);
  return nodeHash(await rangeHash(from, middle, subtree), await rangeHash(middle, to, subtree));
}

/** The largest power of two below. */
const splitOf = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));
const isPowerOfTwo = (size: number): boolean => size > 0 && 2 ** Math.round(Math.log2(size)) === size;
const half = (value: number): number => Math.floor(value / 2);

/** A tree that grows by a leaf at a time, in a hash for each power of two: for who reads all leaves once, in order. */
export class GrowingRoot {
  size = 0;
  /** By height; what is below the size's bit of that height. */
  readonly #whole: (Buffer | undefined)[] = [];

  add(leaf: Buffer): void {
    let hash = leaf;
    let height = 0;
    for (; this.#whole[height] !== undefined; height++) {
      hash = nodeHash(this.#whole[height] as Buffer, hash);
      this.#whole[height] = undefined;
    }
    this.#whole[height] = hash;
    this.size += 1;
  }

  root(): Buffer {
    let root: Buffer | undefined;
    for (const hash of this.#whole)
      if (hash !== undefined) root = root === undefined ? hash : nodeHash(hash, root);
    return root ?? EMPTY_ROOT;
  }
}
