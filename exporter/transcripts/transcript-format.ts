import type { ActionReport } from "../read/reports/report.js";
import type { TranscriptFormatName } from "./format-names.js";

/** The transcripts that one coding agent writes of its sessions. */
export interface TranscriptFormat {
  /** As messages and `--format` name it; with `-transcript` behind it, it stands in the event's `source`. */
  readonly name: TranscriptFormatName;
  /** Where the agent keeps them; empty where it keeps none in files. */
  readonly places: readonly TranscriptPlace[];
  /** Whether a value from the beginning of a file is of this form. Looks at its first members only. */
  matches(value: object): boolean;
  /** A file beside this one that says more about it, such as which call began the sub-agent; `undefined` for none. */
  companionOf?(path: string): string | undefined;
  /** A reader of one file, from its beginning. */
  open(file: TranscriptFile): TranscriptReader;
}

export interface TranscriptPlace {
  /** Folder below the home directory. */
  readonly folder: string;
  /** Variable that names another folder in its place. */
  readonly variable?: string;
  /** Files in it, by their path from there with slashes. */
  readonly files: RegExp;
}

export interface TranscriptFile {
  /** `-` for standard input. */
  readonly path: string;
  /** What the file beside it says, where there is one. */
  readonly companion?: unknown;
  /**
   * Which calls began which sub-agents, by the id that an agent gives to the sub-agent or its session: what the readers of all files that are read together
   * know.
   */
  readonly callsOfAgents: Map<string, string>;
}

/**
 * Reads the values of one file in their order. It remembers the calls without a result, and nothing else that grows with the
 * file; may throw for a value that is not what it seems.
 */
export interface TranscriptReader {
  /** What is told with this value: calls that have their result now, decisions, failures, prompts that are done with. */
  read(value: object): readonly ActionReport[];
  /** What is still open at this point: calls without a result, and the prompt that is being worked on. */
  unfinished(): readonly ActionReport[];
  /** Version of the program that wrote the file, as far as it is known. */
  readonly version: string | undefined;
  /** Values that the reader does not know, by what they call themselves, and how often they came. */
  readonly unknown: ReadonlyMap<string, number>;
}
