import type { RunTree } from "./read-tree.js";

/** Trees that were read last, so that windows of one run do not read all of it again. Bounded in actions of all trees together. */
export class TreeCache {
  readonly #trees = new Map<string, RunTree>();
  readonly #maxActions: number;
  #actions = 0;

  constructor(maxActions: number) {
    this.#maxActions = maxActions;
  }

  /** The tree of this version; an older one is forgotten. */
  get(key: string, version: string): RunTree | undefined {
    const tree = this.#trees.get(key);
    if (tree === undefined) return undefined;
    this.#remove(key, tree);
    if (tree.version !== version) return undefined;
    this.#add(key, tree);
    return tree;
  }

  set(key: string, tree: RunTree): void {
    const before = this.#trees.get(key);
    if (before !== undefined) this.#remove(key, before);
    this.#add(key, tree);
    for (const [oldest, other] of this.#trees) {
      if (this.#actions <= this.#maxActions) return;
      this.#remove(oldest, other);
    }
  }

  #add(key: string, tree: RunTree): void {
    this.#trees.set(key, tree);
    this.#actions += tree.count;
  }

  #remove(key: string, tree: RunTree): void {
    this.#trees.delete(key);
    this.#actions -= tree.count;
  }
}
