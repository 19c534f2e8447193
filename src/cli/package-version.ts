import { createRequire } from "node:module";

/** The version in this package's own package.json, wherever the compiled file lies. */
export function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)("otel-agent-actions/package.json");
  const version =
    manifest !== null && typeof manifest === "object" && "version" in manifest && manifest.version;
  if (typeof version !== "string") throw new Error("package.json of otel-agent-actions has no version.");
  return version;
}
