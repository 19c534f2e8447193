/** `npm run test:soak -- --minutes N --seed S`: faults at random; without a seed a new one, which is said. */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isInteger(seed)) {
  process.stderr.write("--minutes has to be a number above 0, and --seed a whole number.\n");
  process.exit(64);
}
process.stderr.write(`To repeat this: npm run test:soak -- --minutes ${minutes} --seed ${seed}\n`);
const child = spawn("npx", ["vitest", "run", "--project", "soak"], {
  stdio: "inherit",
  env: {
    ...process.env,
    AGENT_ACTIONS_TEST_SOAK_MINUTES: String(minutes),
    AGENT_ACTIONS_TEST_SOAK_SEED: String(seed),
  },
});
child.once("exit", (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
