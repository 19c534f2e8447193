#!/usr/bin/env node
import { catchInterrupts } from "./framework/interruption.js";
import { createOutput } from "./framework/output.js";
import { runCli } from "./run-cli.js";

// The exit code is set, not enforced: what is still being written to a pipe gets written.
process.exitCode = await runCli(process.argv.slice(2), {
  out: createOutput(process, process.env),
  env: process.env,
  catchInterrupts,
});
