import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** What a run itself writes. */
const WRITTEN = [":!bench/results.json", ":!docs/benchmarks.md"];

/** The commit that is checked out, with `+` behind it where files differ from it; `unknown` outside of a repository. */
export function currentCommit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const isChanged = git("status", "--porcelain", "--", ".", ...WRITTEN) !== "";
    return git("rev-parse", "--short=12", "HEAD") + (isChanged ? "+" : "");
  } catch {
    return "unknown";
  }
}
