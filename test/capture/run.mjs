/**
 * Runs the capturing program of one folder beside this file, with that folder's own libraries, and writes the captures into
 * test/fixtures/spans:
 *
 *     node test/capture/run.mjs <folder> [script.mjs]      (capture.mjs, when left out)
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const HERE = import.meta.dirname;
const [folder, script = "capture.mjs"] = process.argv.slice(2);
if (!folder) throw new Error("which folder? node test/capture/run.mjs <folder> [script.mjs]");

const source = join(HERE, folder);
const lock = createHash("sha256")
  .update(readFileSync(join(source, "package-lock.json")))
  .digest("hex");
const tree = join(tmpdir(), "otel-agent-actions-capture", folder, lock.slice(0, 12));
mkdirSync(tree, { recursive: true });
for (const name of readdirSync(source))
  if (name !== "node_modules") cpSync(join(source, name), join(tree, name), { recursive: true });
// The capturing programs import these from the folder above.
for (const name of readdirSync(HERE))
  if (name.endsWith(".mjs")) cpSync(join(HERE, name), join(tree, "..", name));
if (!existsSync(join(tree, "node_modules")))
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
run(process.execPath, [script], { CAPTURE_FOLDER: join(HERE, "../fixtures/spans") });

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, {
    cwd: tree,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (status !== 0) process.exit(status ?? 1);
}
