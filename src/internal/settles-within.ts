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
