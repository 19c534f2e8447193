/**
 * Takes out of dist/ what no user needs, so that a production install stays small: comments in programs, which the declarations beside them have too,
 * and declarations that no entry of the package leads to.
 */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { transform } from "esbuild";

const { exports } = JSON.parse(await readFile("package.json", "utf8")) as { readonly exports: unknown };
const files = (await readdir("dist", { recursive: true })).filter((name) => !name.startsWith("dashboard"));

const wanted = new Set<string>();
for (const entry of declarationsIn(exports)) await follow(resolve(entry));
for (const name of files.filter((file) => /\.d\.c?ts$/.test(file))) {
  const path = resolve("dist", name);
  if (!wanted.has(path)) await rm(path);
}
for (const name of files.filter((file) => /\.c?js$/.test(file))) await withoutComments(join("dist", name));

/** All `types` of the package's entries. */
function declarationsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === "types" ? [String(member)] : declarationsIn(member),
  );
}

async function follow(path: string): Promise<void> {
  if (wanted.has(path)) return;
  wanted.add(path);
  const text = await readFile(path, "utf8");
  for (const [, to = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g))
    await follow(resolve(dirname(path), to.replace(/\.(c?)js$/, ".d.$1ts")));
}

async function withoutComments(path: string): Promise<void> {
  const source = await readFile(path, "utf8");
  const { code } = await transform(source, {
    target: "node20",
    legalComments: "none",
    charset: "utf8",
    loader: "js",
  });
  if (code.length < source.length) await writeFile(path, code);
}
