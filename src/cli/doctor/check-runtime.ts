import { formatCount } from "../format/values.js";
import { apiCopies } from "./api-copies.js";
import { type Finding, fail, ok, warn } from "./findings.js";

/** `engines.node` of package.json, which a test compares. */
export const MINIMUM_NODE = { major: 20, minor: 19 } as const;

/** Looks at Node and at the copies of the OpenTelemetry API that an agent in this folder would meet. */
export function checkRuntime(folder: string, nodeVersion: string = process.versions.node): Finding[] {
  return [checkNode(nodeVersion), checkApi(folder)];
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const wanted = `${MINIMUM_NODE.major}.${MINIMUM_NODE.minor}`;
  const recent = major > MINIMUM_NODE.major || (major === MINIMUM_NODE.major && minor >= MINIMUM_NODE.minor);
  return recent
    ? ok("runtime", "node", `Node ${version}`)
    : fail("runtime", "node", `Node ${version} is older than ${wanted}`, `install Node ${wanted} or newer`);
}

function checkApi(folder: string): Finding {
  const copies = apiCopies(folder);
  const versions = [...new Set(copies.map(({ version }) => version))].sort();
  const [first] = copies;
  if (first === undefined) {
    return warn(
      "runtime",
      "otel-api",
      `no @opentelemetry/api is installed in ${folder}`,
      "an agent in this folder needs it: npm install @opentelemetry/api",
    );
  }
  if (copies.length === 1)
    return ok("runtime", "otel-api", `one copy of @opentelemetry/api, ${first.version}`);
  const places = copies.map(({ version, path }) => `${version} in ${path}`).join(", ");
  // https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/semver.ts: a copy ignores a
  // provider that an older or incompatible copy has registered, and says nothing: its spans are no-ops.
  return versions.length === 1
    ? ok(
        "runtime",
        "otel-api",
        `${formatCount(copies.length, "copy", "copies")} of @opentelemetry/api, all ${first.version}`,
      )
    : warn(
        "runtime",
        "otel-api",
        `${copies.length} copies of @opentelemetry/api of different versions: ${places}`,
        "spans of the newer copies can get lost without a word: npm dedupe, or an override to one version",
      );
}
