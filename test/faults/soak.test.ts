/**
 * Faults at random under load, for as long as it is asked for: `npm run test:soak -- --minutes 10 --seed 7`. The seed says which faults come,
 * in which order, how long each lasts and what comes between, so a run can be repeated.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { formatSigningKey, generateKey } from "../../src/evidence/note.js";
import { type EvidenceCheck, verifyEvidence } from "../../src/evidence/verify-evidence.js";
import { readCheckpoints } from "../../src/evidence/witness.js";
import { until } from "../helpers/until.js";
import { startLoad, wrongRows } from "../integration/consumer-harness.js";
import { poolOn } from "../integration/store-fixture.js";
import { ask, isQuiet, scrape, startFaultStack } from "./fault-stack.js";
import { networkFaults } from "./network-faults.js";
import { randomOf } from "./random.js";
import { serverFaults } from "./server-faults.js";

const MINUTES = Number(process.env.AGENT_ACTIONS_TEST_SOAK_MINUTES);
const SEED = Number(process.env.AGENT_ACTIONS_TEST_SOAK_SEED);

const stack = await startFaultStack({ viaProxies: true });
const { harness } = stack;
const key = generateKey("soak");
const folder = await mkdtemp(join(tmpdir(), "agent-actions-soak-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const keyFile = join(folder, "key");
await writeFile(keyFile, formatSigningKey(key));
const evidence = { keyFile, witnessFile: join(folder, "witness") };
const service = await stack.startTold(harness.groupId, { evidence });
afterAll(() => service.stop(5_000).catch(() => undefined));

/** A fault of the server is left alone in time; what is between two faults may be too short for the service to have recovered. */
const LONGEST_MILLIS = 5_000;
const LONGEST_PAUSE_MILLIS = 3_000;

const report = (line: string): void => void process.stderr.write(`${line}\n`);

test(
  `seed ${SEED}: ${MINUTES} minutes of faults lose and double nothing`,
  async () => {
    await service.consumer.ready;
    const random = randomOf(SEED);
    const faults = [...Object.entries(networkFaults(stack)), ...Object.entries(serverFaults(stack))];
    const endsAt = performance.now() + MINUTES * 60_000;
    const load = startLoad(harness);
    let rounds = 0;
    while (performance.now() < endsAt) {
      const drawn = faults[Math.floor(random() * faults.length)];
      if (drawn === undefined) throw new TypeError("There are no faults.");
      const [name, { begin, end }] = drawn;
      const [lasts, pause] = [random() * LONGEST_MILLIS, random() * LONGEST_PAUSE_MILLIS];
      rounds += 1;
      report(`${rounds}: ${name}, ${lasts.toFixed(0)} ms, then ${pause.toFixed(0)} ms`);
      await begin();
      await sleep(lasts);
      await end();
      await sleep(pause);
    }
    const names = await load.stop();
    const ended = performance.now();
    await until(async () => (await harness.count("agent_actions")) >= names.length);
    const told = async () => ask(service, await scrape(service));
    await until(async () => isQuiet(await told()), { seen: told });
    report(
      `seed ${SEED}, ${rounds} faults, ${names.length} records sent; stored and quiet ${((performance.now() - ended) / 1_000).toFixed(1)} s after the last`,
    );
    expect(await wrongRows(harness, names)).toEqual([]);
    // Through all of it the evidence log was kept, and every checkpoint that was ever signed is of it.
    const notes = readCheckpoints(await readFile(evidence.witnessFile, "utf8"));
    const outside = notes.map((note, at) => ({ from: `number ${at}`, note }));
    const pool = poolOn(harness.databaseUrl);
    let check: EvidenceCheck | undefined;
    await until(
      async () => {
        check = await verifyEvidence(pool, {
          key: key.verifier,
          outside,
          signal: AbortSignal.timeout(600_000),
        });
        return check?.rows.every((row) => row.on_the_way === 0) === true;
      },
      { seen: () => check },
    );
    const actions = check?.rows.find(({ kind }) => kind === "action");
    report(
      `evidence: ${check?.log.tree_size} leaves, ${notes.length} checkpoints of the witness, ${actions?.intact} actions intact`,
    );
    expect(check?.log).toMatchObject({ findings: [], witnessed: notes.length });
    expect(actions).toMatchObject({ changed: 0, removed: 0, inserted: 0, came_back: 0 });
    expect(actions?.intact).toBeGreaterThanOrEqual(names.length);
  },
  MINUTES * 60_000 + 300_000,
);
