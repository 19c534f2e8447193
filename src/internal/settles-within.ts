/**
 * Whether `work` settled before the time was up; not how it settled. Work that is late goes on by itself, and
 * a rejection of it is taken care of. Does not keep the process alive for the rest of the time.
 */
export async function settlesWithin(work: Promise<unknown>, millis: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(millis, 0));
  });
  const settled = work.then(
    () => true as const,
    () => true as const,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits until `work` has settled, and calls `goOn` every so often meanwhile. Returns whether it has settled: `false` when `goOn` returned
 * that. Rejects with what `goOn` rejects with. However long it takes, nothing gathers on `work`.
 */
export async function untilSettled(
  work: Promise<unknown>,
  everyMillis: number,
  goOn: () => Promise<boolean>,
): Promise<boolean> {
  let isSettled = false;
  let wake: () => void = () => undefined;
  const settle = () => {
    isSettled = true;
    wake();
  };
  work.then(settle, settle);
  for (;;) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMillis);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (isSettled) wake();
    });
    if (isSettled) return true;
    if (!(await goOn())) return false;
  }
}
