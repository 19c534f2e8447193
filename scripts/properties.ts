/**
 * `npm run test:properties -- --rounds N --seed S [FILE...]`: all files with properties, each round drawn anew; without a seed a
 * new one, which is said. `--project integration` tries those that need servers. Stops after the first round that fails.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    project: { type: "string", default: "unit" },
  },
});
const [rounds, first] = [Number(values.rounds), Number(values.seed)];
if (!["unit", "integration"].includes(values.project)) {
  process.stderr.write("--project has to be unit or integration.\n");
  process.exit(64);
}
if (!(Number.isInteger(rounds) && rounds > 0) || !Number.isInteger(first)) {
  process.stderr.write("--rounds has to be a whole number above 0, and --seed a whole number.\n");
  process.exit(64);
}
const files =
  positionals.length > 0
    ? positionals
    : readdirSync(`test/${values.project}`, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".test.ts"))
        .map((name) => `test/${values.project}/${name}`)
        .filter((file) => readFileSync(file, "utf8").includes('from "fast-check"'));

for (let round = 0; round < rounds; round++) {
  const seed = first + round;
  process.stderr.write(
    `Round ${round + 1} of ${rounds}, ${files.length} files. To repeat it: npm run test:properties -- --rounds 1 --seed ${seed} --project ${values.project}\n`,
  );
  const { status } = spawnSync("npx", ["vitest", "run", "--project", values.project, ...files], {
    stdio: "inherit",
    env: { ...process.env, AGENT_ACTIONS_TEST_PROPERTY_SEED: String(seed) },
  });
  if (status !== 0) process.exit(status ?? 1);
}
