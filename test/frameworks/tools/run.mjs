import * as agents from "./agents.mjs";
import { langchain } from "./langchain.mjs";
import * as mcp from "./mcp.mjs";
import { recorded, replayed } from "./recorded.mjs";
import * as runners from "./runners.mjs";

const programs = { langchain, ...mcp, ...agents, ...runners };

// One process for all: loading the libraries takes longer than what they do here.
const done = {};
for (const [name, program] of Object.entries(programs)) {
  const saw = await program();
  const calls = recorded();
  done[name] = { saw, recorded: calls, replayed: await replayed(name, program, calls) };
}
console.log(JSON.stringify(done));
