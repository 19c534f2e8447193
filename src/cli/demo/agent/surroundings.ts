import type { ListedFile } from "./list-files.js";
import type { AgentProfile } from "./route-request.js";

/** Where an agent of the demo works, and how it talks to whoever watches. */
export interface Surroundings {
  /** The folder that is surveyed. Nothing in it is changed. */
  readonly folder: string;
  /** An empty temporary folder for what is written. */
  readonly reportFolder: string;
  /** One line for whoever watches. */
  readonly say: (text: string) => void;
}

/** What the survey found out so far. */
export interface Findings {
  readonly files: readonly ListedFile[];
  readonly codeFiles: number;
  /** Lines of code by extension, most first. */
  readonly lines: Readonly<Record<string, number>>;
  readonly marks: number;
}

/** The agents that a request can be given to. */
export const PROFILES: readonly AgentProfile[] = [
  { name: "folder-scout", keywords: ["survey", "folder", "report"] },
  { name: "code-reader", keywords: ["read", "code", "count", "marks"] },
  { name: "translator", keywords: ["translate", "language"] },
];
