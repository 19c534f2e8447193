import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { option } from "./option.js";

/** Where contents are that are too large for a record. Agents write there, and whoever gives them back or removes them reads there. */
export interface LargeResultsOptions {
  /** Folder of large contents: a path, or a `file:` URL. `AGENT_ACTIONS_LARGE_RESULTS`. @default none */
  readonly folder?: string | undefined;
}

export const LARGE_RESULTS_FOLDER = option<string>(
  {
    env: "AGENT_ACTIONS_LARGE_RESULTS",
    placeholder: "DIR",
    unit: "folder",
    defaultText: "none",
    description:
      "Folder of contents that are too large for a record, as an absolute path or a `file:` URL: [large results](large-results.md). The same for agents and service.",
  },
  {
    expected: "an absolute path, or a file: URL of one",
    fromText: folderOf,
    fromCode: (given) => (typeof given === "string" ? folderOf(given) : undefined),
  },
);

export const LARGE_RESULTS_OPTIONS = { folder: LARGE_RESULTS_FOLDER } as const;

function folderOf(text: string): string | undefined {
  if (!text.startsWith("file:")) return isAbsolute(text) ? text : undefined;
  // `file:large` would be the folder /large.
  if (!text.startsWith("file://")) return undefined;
  try {
    return fileURLToPath(text);
  } catch {
    return undefined;
  }
}
