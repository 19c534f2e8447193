/**
 * Records what a coding agent really emits: runs the program against a scripted model on loopback, and keeps telemetry, what its hooks were given, and its transcripts.
 *
 *     node test/capture/coding-agents/record.mjs <scenario> <program> <folder for what was recorded>
 */
import { spawn } from "node:child_process";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { otlpSink } from "./otlp-sink.mjs";
import { SCENARIOS } from "./scenarios.mjs";
import { scriptedModel } from "./scripted-model.mjs";

const [name, program, folder] = process.argv.slice(2);
const scenario = SCENARIOS[name];
if (!scenario || !program || !folder)
  throw new Error(`node record.mjs ${Object.keys(SCENARIOS).join("|")} <program> <folder>`);

const out = resolve(folder);
const home = join(out, "home");
const work = join(out, "work");
await rm(out, { recursive: true, force: true });
await mkdir(home, { recursive: true });
await mkdir(work, { recursive: true });
// What a hook is given, one line for each.
const hook = join(out, "hook.sh");
await writeFile(hook, `#!/bin/sh\ncat >> ${out}/hooks.jsonl; echo >> ${out}/hooks.jsonl\n`);
await chmod(hook, 0o755);

const { server: sink, requests } = await otlpSink();
const model = await scriptedModel(scenario.script(work));
const place = (server) => `http://127.0.0.1:${server.address().port}`;
const context = { home, work, hook, model: place(model), otlp: place(sink) };
for (const [path, text] of Object.entries(scenario.files?.(context) ?? {})) {
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, text);
}
const { args, env } = scenario.run(context);
const child = spawn(program, args, {
  cwd: work,
  env: { PATH: process.env.PATH, HOME: home, TERM: "dumb", ...env },
  stdio: ["ignore", "inherit", "inherit"],
  timeout: 180_000,
});
const code = await new Promise((done) => child.on("close", done));
await new Promise((done) => setTimeout(done, 2_000));
await writeFile(join(out, "otlp.jsonl"), requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
console.log(`ended with ${code}; ${requests.length} requests with traces and logs`);
for (const server of [sink, model]) {
  server.closeAllConnections();
  server.close();
}
