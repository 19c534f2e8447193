/** `npm run test:fuzz -- --minutes N --seed S`: requests that nobody should send; without a seed a new one, which is said. `--only N` sends one of them. */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
  },
});
const [minutes, seed, only] = [Number(values.minutes), Number(values.seed), Number(values.only ?? 0)];
if (!(minutes > 0) || !Number.isInteger(seed) || !Number.isInteger(only)) {
  process.stderr.write("--minutes has to be a number above 0, --seed and --only whole numbers.\n");
  process.exit(64);
}
process.stderr.write(`To repeat this: npm run test:fuzz -- --minutes ${minutes} --seed ${seed}\n`);
const child = spawn("npx", ["vitest", "run", "--project", "integration", "test/fuzz"], {
  stdio: "inherit",
  env: {
    ...process.env,
    AGENT_ACTIONS_TEST_REPORT: "1",
    AGENT_ACTIONS_TEST_FUZZ_MINUTES: String(minutes),
    AGENT_ACTIONS_TEST_FUZZ_SEED: String(seed),
    ...(values.only === undefined ? {} : { AGENT_ACTIONS_TEST_FUZZ_ONLY: values.only }),
  },
});
child.once("exit", (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
