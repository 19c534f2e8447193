/**
 * Lets those who want the same keys take turns, in the order in which they came. All keys of one are taken at once, so nobody waits for
 * somebody who waits for him.
 */
export class KeyedTurns {
  /** Settles when the last of those who want a key is done. */
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Resolves when all who came before with one of these keys are done.
   *
   * @returns to be called when done; `undefined` when the signal was aborted before it was the caller's turn
   */
  async take(keys: Iterable<string>, signal: AbortSignal): Promise<(() => void) | undefined> {
    const wanted = new Set(keys);
    const before = new Set([...wanted].flatMap((key) => this.#last.get(key) ?? []));
    let done = () => {};
    const own = new Promise<void>((resolve) => {
      done = resolve;
    });
    // A request that gives up is skipped; those behind it still wait for those before it.
    const end = Promise.all([...before, own]);
    for (const key of wanted) this.#last.set(key, end);
    void end.then(() => {
      for (const key of wanted) if (this.#last.get(key) === end) this.#last.delete(key);
    });
    if (before.size === 0 || (await settledBefore(signal, [...before]))) return done;
    done();
    return undefined;
  }

  /** Whether somebody has one of these keys, or waits for it. */
  isTaken(keys: Iterable<string>): boolean {
    for (const key of keys) if (this.#last.has(key)) return true;
    return false;
  }
}

async function settledBefore(signal: AbortSignal, before: readonly Promise<unknown>[]): Promise<boolean> {
  let onAbort = () => {};
  const aborted = new Promise<false>((resolve) => {
    onAbort = () => resolve(false);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([Promise.all(before).then(() => true), aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
