import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DemoAgent } from "./demo-agent.js";
import { readRecorded } from "./read-code.js";
import type { Surroundings } from "./survey-folder.js";

const CALLS = 12;
const PAUSE_MILLIS = 300;

/** Looks for the report of last time again and again, as agents do that do not see that nothing changes. */
export async function repeatItself(scout: DemoAgent, { reportFolder, say }: Surroundings): Promise<void> {
  say(`looks for the last report again, ${CALLS} times: a loop`);
  for (let call = 0; call < CALLS; call++) {
    await delay(PAUSE_MILLIS);
    await readRecorded(scout, join(reportFolder, "last-report.md")).catch(() => undefined);
  }
}
