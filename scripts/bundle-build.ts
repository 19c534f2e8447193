/**
 * Joins the programs of dist/ to few files: for each entry of the package, each command, and each file that is started as a program or a thread,
 * what only it needs; and what several of them need, in chunks that they share, so that every module is there once. A start reads some
 * twenty files instead of four hundred. A thread that many programs start (`*.cjs`) is one file of its own, as CommonJS: it begins in half the time.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";

const DIST = "dist";
/** Below `src`, where a stack shows them as files of this package: see `src/instrumentations/fs/module-loading.ts`. */
const CHUNKS = "src/chunks/[name]-[hash]";
/** Stands for the way from a file that is written to dist/ until it is known where that file is. */
const WAY_TO_DIST = "WAY-TO-DIST";

const files = (await readdir(DIST, { recursive: true }))
  .filter((name) => name.endsWith(".js") && !name.startsWith("dashboard"))
  .map((name) => join(DIST, name));
// The compiler leaves there what an earlier build wrote.
const compiled = files.filter((name) => existsSync(relative(DIST, name).replace(/\.js$/, ".ts")));
const sources = new Map(
  await Promise.all(compiled.map(async (name) => [name, await readFile(name, "utf8")] as const)),
);

const shared = {
  bundle: true,
  platform: "node",
  target: "node20",
  charset: "utf8",
  packages: "external",
  legalComments: "none",
  outdir: DIST,
  outbase: DIST,
  write: false,
} as const satisfies BuildOptions;
const modules = await build({
  ...shared,
  entryPoints: [...(await entriesOfPackage()), ...programsIn(sources, "js")],
  splitting: true,
  format: "esm",
  chunkNames: CHUNKS,
  plugins: [ownPlaces("import.meta.url")],
});
const threads = await build({
  ...shared,
  entryPoints: programsIn(sources, "cjs"),
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  minifyWhitespace: true,
  banner: { js: 'const ownUrl = require("node:url").pathToFileURL(__filename).href;' },
  plugins: [ownPlaces("ownUrl")],
});
const outputFiles = [...modules.outputFiles, ...threads.outputFiles];
await Promise.all(files.map((name) => rm(name)));
for (const { path, text } of outputFiles) {
  await mkdir(dirname(path), { recursive: true });
  const way = relative(dirname(path), DIST) || ".";
  await writeFile(path, text.replaceAll(WAY_TO_DIST, way));
}

/** All that `exports` and `bin` of the package lead to. */
async function entriesOfPackage(): Promise<string[]> {
  const { exports, bin } = JSON.parse(await readFile("package.json", "utf8")) as Record<string, unknown>;
  const found = new Set<string>();
  const follow = (value: unknown): void => {
    if (typeof value === "string" && value.endsWith(".js")) found.add(join(value));
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(follow);
  };
  follow([exports, bin]);
  return [...found];
}

/** What a file of ours starts: `new URL("./thread.js", import.meta.url)`, `register("./hook.js", import.meta.url)`. */
function programsIn(texts: ReadonlyMap<string, string>, ending: "js" | "cjs"): string[] {
  const started = new RegExp(`"(\\.{1,2}/[^"]+)\\.${ending}",\\s*import\\.meta\\.url`, "g");
  return [...texts].flatMap(([name, text]) =>
    [...text.matchAll(started)].map(([, to = ""]) => join(dirname(name), `${to}.js`)),
  );
}

/** A module knows where it is by `import.meta.url`; what it finds from there stays where it was, though the module moves into a chunk. @param ownUrl how the file that is written says where it is */
function ownPlaces(ownUrl: string): Plugin {
  return {
    name: "own-places",
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.js$/ }, ({ path }) => {
        const name = relative(process.cwd(), path);
        const place = `new URL("${WAY_TO_DIST}/${relative(DIST, name)}", ${ownUrl}).href`;
        const text = sources.get(name);
        if (text === undefined) throw new Error(`${name} is not made of a source of this package.`);
        return { contents: text.replaceAll("import.meta.url", place), loader: "js" };
      });
    },
  };
}
