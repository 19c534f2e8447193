/** Runs the demo's agent once in its world, a folder in git and an MCP server for files, and records the run. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import "otel-agent-actions/register";
import { connectFileServer, type FileServer } from "../../src/cli/demo/agent/file-server.js";
import { FOLDER, newAgent, REPORT_FOLDER, survey } from "./survey.js";

// The recorded run is kept in a file: without the paths of this clone, which stack traces have.
Error.stackTraceLimit = 0;

const world = mkdtempSync(join(tmpdir(), "agent-actions-replay-"));
try {
  process.chdir(world);
  mkdirSync(REPORT_FOLDER);
  for (const [path, text] of Object.entries({
    "README.md": "# Garden\n\nWaters what is dry.\n",
    "package.json": '{ "name": "garden" }\n',
    "src/plants.ts": 'export const plants = ["fern", "mint"];\n// TODO: ask which ones like shade\n',
    "src/water.ts":
      'import { plants } from "./plants.js";\n\n// FIXME: floods the mint\nfor (const plant of plants) console.log("water", plant);\n',
  })) {
    mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
    writeFileSync(join(FOLDER, path), text);
  }
  execFileSync("git", ["init", "--quiet"], { cwd: FOLDER });
  execFileSync("git", ["add", "."], { cwd: FOLDER });
  await survey(newAgent({ recordAll: true }), { connect });
} finally {
  process.chdir(tmpdir());
  rmSync(world, { recursive: true, force: true });
}

/** The agent's paths are relative, and the server reads those from its own folder on. */
async function connect(folder: string): Promise<FileServer | undefined> {
  const server = await connectFileServer(resolve(folder));
  return (
    server && {
      ...server,
      callTool: (tool, parameters) =>
        server.callTool(tool, { ...parameters, path: resolve(String(parameters.path)) }),
    }
  );
}
