import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes down what a capture was made with: `{ <file>: { dialect, libraries: { <name>: <version> }, node } }`, sorted by file. The table in
 * docs/dialects.md is generated from it.
 *
 * @param about `libraries` is a list of packages, whose installed versions are looked up, or names with versions
 */
export function noteInManifest(path, file, { dialect, libraries, node = process.versions.node }) {
  const manifest = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  const versions = Array.isArray(libraries) ? Object.fromEntries(libraries.map(installedVersion)) : libraries;
  manifest[file] = { dialect, libraries: versions, node };
  const sorted = Object.fromEntries(
    Object.entries(manifest).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  writeFileSync(path, `${JSON.stringify(sorted, null, 2)}\n`);
}

// Not by `require`: many packages do not export their package.json. An alias (`npm:<name>@<version>`) counts as what it stands for.
function installedVersion(folder) {
  const file = join(process.cwd(), "node_modules", folder, "package.json");
  const { name, version } = JSON.parse(readFileSync(file, "utf8"));
  return [name, version];
}
