import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands/index.js";
import { cli, MAIN, plainEnv } from "./cli-program.js";

const run = promisify(execFile);

const RESOLVE_HOOK = `data:text/javascript,${encodeURIComponent(`
  let port;
  export const initialize = (given) => { port = given.port; };
  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    const isInside = context.parentURL?.includes("/node_modules/");
    if (resolved.url.includes("/node_modules/") && !isInside) port.postMessage(specifier);
    return resolved;
  }
`)}`;

test("help is there at once: of npm packages, only the parser is loaded for it", async () => {
  const script = `
    import { register } from "node:module";
    import { MessageChannel } from "node:worker_threads";
    const { port1, port2 } = new MessageChannel();
    const seen = [];
    port1.on("message", (name) => seen.push(name));
    register(${JSON.stringify(RESOLVE_HOOK)}, { data: { port: port2 }, transferList: [port2] });
    process.argv.splice(1, Infinity, "main.js", "--help");
    await import(${JSON.stringify(pathToFileURL(MAIN).href)});
    setTimeout(() => { console.error(JSON.stringify(seen)); process.exit(process.exitCode); }, 100);`;
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", script]);
  expect(stdout).toContain("Commands");
  expect([...new Set(JSON.parse(stderr))]).toEqual(["commander"]);
});

test("the built program answers --version, and wrong usage with 64 and an empty standard output", async (t) => {
  expect(await cli(t, ["--version"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
  });
  expect(await cli(t, ["tial"])).toMatchObject({
    code: 64,
    stdout: "",
    stderr: expect.stringContaining("Did you mean tail?"),
  });
  expect(await cli(t, ["tail", "--jsno"])).toMatchObject({ code: 64, stdout: "" });
});

test("every command of the built program has its help", async (t) => {
  const pages = await Promise.all(COMMANDS.map(({ name }) => cli(t, [name, "--help"])));
  expect(pages.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    COMMANDS.map(() => ({ code: 0, stderr: "" })),
  );
  for (const [index, { name }] of COMMANDS.entries()) {
    expect(pages[index]?.stdout).toContain(`agent-actions ${name}: `);
  }
});

// Linux has a full disk to try with.
test.runIf(existsSync("/dev/full"))("a full disk behind standard output: 1, and one sentence", async () => {
  for (const args of ["help export", "completion bash"]) {
    const ended = run("sh", ["-c", `"${process.execPath}" "${MAIN}" ${args} >/dev/full`], {
      env: plainEnv(),
    });
    await expect(ended).rejects.toMatchObject({
      code: 1,
      stderr: "agent-actions: the results cannot be written: ENOSPC: no space left on device, write\n",
    });
  }
});
