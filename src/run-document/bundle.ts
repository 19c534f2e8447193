import { isPlainObject } from "../event/json.js";

/** What `format` of a bundle's manifest says. */
const FORMAT = "agent-actions-bundle";
/** Raised with every change that an older reader would get wrong. */
const VERSION = 1;

/** Parts of a bundle: texts, as the API returns them. */
export interface BundleParts {
  /** The row of the run. */
  readonly "run.json": string;
  /** Its tree in columns, with ids. */
  readonly "skeleton.json": string;
  /** An action a line, details whole, the latest first. */
  readonly "actions.jsonl": string;
  /** What tools did to files, an operation a line. */
  readonly "files.jsonl": string;
}

type PartName = keyof BundleParts;
const PART_NAMES: readonly PartName[] = ["run.json", "skeleton.json", "actions.jsonl", "files.jsonl"];

/** What of a run is not in its bundle, or not whole. */
export interface BundleGap {
  readonly what: string;
  readonly why: string;
  /** How often, where it can be counted. */
  readonly count?: number;
}

export interface BundleContents {
  /** Correlation id. */
  readonly run: string;
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly actions: number;
  readonly files: number;
  readonly leftOut: readonly BundleGap[];
  readonly parts: BundleParts;
}

/** A bundle that is refused. The message names the part, and says what to do. */
export class BundleError extends Error {
  override readonly name = "BundleError";
}

/** A run as one JSON document: a manifest with a SHA-256 of each part and of the manifest itself, and the parts. */
export async function bundleText({
  run,
  exportedAt,
  actions,
  files,
  leftOut,
  parts,
}: BundleContents): Promise<string> {
  const entries = await Promise.all(
    PART_NAMES.map(async (name) => [name, { sha256: await sha256Of(parts[name]) }] as const),
  );
  const manifest = {
    format: FORMAT,
    version: VERSION,
    run,
    exported_at: exportedAt,
    counts: { actions, file_operations: files },
    left_out: leftOut,
    parts: Object.fromEntries(entries),
  };
  const hash = await sha256Of(JSON.stringify(manifest));
  return JSON.stringify({ manifest, manifest_sha256: hash, parts });
}

/**
 * What is in a bundle, once all of its hashes are right. They tell a file that was damaged or edited; whoever means to deceive can compute them
 * anew.
 *
 * @throws BundleError
 */
export async function readBundle(text: string): Promise<BundleContents> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BundleError(
      "The file is no bundle, or not whole: it is no JSON. A bundle is made by: agent-actions export RUN --format bundle",
    );
  }
  const { manifest, manifest_sha256: hash, parts } = objectOf(value);
  const { format, version, run, exported_at: exportedAt, counts, left_out: leftOut } = objectOf(manifest);
  if (format !== FORMAT || !isPlainObject(parts))
    throw new BundleError(
      "The file is no bundle. A bundle is made by: agent-actions export RUN --format bundle",
    );
  if (version !== VERSION)
    throw new BundleError(
      `The bundle has version ${String(version)} of the format, and this reads ${VERSION}: use the version of agent-actions that it was made by.`,
    );
  if ((await sha256Of(JSON.stringify(manifest))) !== hash) throw damaged("manifest");
  const said = objectOf(objectOf(manifest).parts);
  for (const name of new Set([...PART_NAMES, ...Object.keys(parts), ...Object.keys(said)])) {
    const part = parts[name];
    if (typeof part !== "string" || (await sha256Of(part)) !== objectOf(said[name]).sha256)
      throw damaged(name);
  }
  const { actions, file_operations: files } = objectOf(counts);
  // Its hash is right, but anybody can write one.
  if (
    typeof run !== "string" ||
    typeof exportedAt !== "string" ||
    Number.isNaN(Date.parse(exportedAt)) ||
    typeof actions !== "number" ||
    typeof files !== "number" ||
    !isGapList(leftOut)
  )
    throw new BundleError(`The manifest has not the members of version ${VERSION} of the format.`);
  return {
    run,
    exportedAt,
    actions,
    files,
    leftOut,
    parts: parts as unknown as BundleParts,
  };
}

const isGapList = (value: unknown): value is readonly BundleGap[] =>
  Array.isArray(value) &&
  value.every((gap) => {
    const { what, why, count } = objectOf(gap);
    return (
      typeof what === "string" && typeof why === "string" && ["number", "undefined"].includes(typeof count)
    );
  });

const damaged = (part: string): BundleError =>
  new BundleError(
    `The part ${part} is not what was written: its SHA-256 differs. The file was damaged or edited; export the run once more.`,
  );

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (isPlainObject(value) ? value : {});

async function sha256Of(text: string): Promise<string> {
  // Browsers have it only where the page came by HTTPS or from this machine.
  if (globalThis.crypto?.subtle === undefined)
    throw new BundleError(
      "This page cannot check hashes, so it opens no bundle: open the dashboard by HTTPS, or at 127.0.0.1.",
    );
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
