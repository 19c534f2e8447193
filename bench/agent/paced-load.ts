import { setTimeout as sleep } from "node:timers/promises";

export interface Load {
  readonly actions: number;
  readonly perSecond: number;
}

/** Does the actions one after another, as many by any moment as the rate asks for. */
export async function pacedLoad(act: () => unknown, { actions, perSecond }: Load): Promise<void> {
  const start = performance.now();
  let done = 0;
  while (done < actions) {
    const due = Math.min(actions, Math.ceil(((performance.now() - start) / 1000) * perSecond));
    for (; done < due; done++) await act();
    await sleep(Math.min(10, 1000 / perSecond));
  }
}
