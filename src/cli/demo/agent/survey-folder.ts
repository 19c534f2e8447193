import { join } from "node:path";
import { formatCount } from "../../format/values.js";
import { consultServer } from "./consult-server.js";
import type { DemoAgent } from "./demo-agent.js";
import type { FileServer } from "./file-server.js";
import { handOver } from "./hand-over.js";
import { isTracked, type ListedFile, listByWalking, listWithGit } from "./list-files.js";
import { readRecorded } from "./read-code.js";
import { type AgentProfile, createRouter, route } from "./route-request.js";
import { writeReport } from "./write-report.js";

/** Where an agent of the demo works, and how it talks to whoever watches. */
export interface Surroundings {
  /** The folder that is surveyed. Nothing in it is changed. */
  readonly folder: string;
  /** An empty temporary folder for what is written. */
  readonly reportFolder: string;
  /** One line for whoever watches. */
  readonly say: (text: string) => void;
  /** Connects to an MCP server for the files of a folder. @default starts the one from npm */
  readonly connect?: (folder: string) => Promise<FileServer | undefined>;
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

const REQUEST = "survey this folder and write a report";
const IMPOSSIBLE = "sing me the file names";

/** Files that describe what a folder is about, where they are there. */
const INTRODUCTIONS =
  /^(readme(\.\w+)?|package\.json|pyproject\.toml|cargo\.toml|go\.mod|pom\.xml|makefile)$/i;
const MAX_INTRODUCTIONS = 3;

/** The run of the first agent, from the request to the report. */
export async function surveyFolder(scout: DemoAgent, surroundings: Surroundings): Promise<void> {
  const router = createRouter(PROFILES);
  const chosen = await route(scout, router, REQUEST);
  surroundings.say(`"${REQUEST}": the router chooses ${chosen?.agent}`);
  await route(scout, router, IMPOSSIBLE);
  surroundings.say(`"${IMPOSSIBLE}": nobody can, which is recorded too`);

  await scout.logger.execution(
    async (execution) => {
      await scout.work("survey_folder", { folder: surroundings.folder }, async () => {
        const files = await listFiles(scout, surroundings);
        await readIntroductions(scout, surroundings, files);
        await compareWithLastReport(scout, surroundings);
        const findings = await handOver(scout, router, surroundings, files);
        const report = await writeReport(scout, surroundings, findings);
        await consultServer(scout, surroundings, report);
      });
      execution.update({ qualityScore: 1, metadata: { folder: surroundings.folder } });
    },
    { userPrompt: REQUEST },
  );
  scout.deeds.event("execution", "success");
}

async function listFiles(scout: DemoAgent, { folder, say }: Surroundings): Promise<readonly ListedFile[]> {
  const tracked = await scout.look("IsTracked", { path: folder }, () => isTracked(folder));
  await scout.decide({
    decisionName: "choose_listing",
    decisionContext: { folder, in_git: tracked },
    decisionResult: { selected: tracked ? "files that git tracks" : "walk the folders" },
    reason: tracked ? "what git tracks is what people wrote" : "the folder is in no git repository",
    alternatives: ["files that git tracks", "walk the folders"],
    confidence: 1,
  });
  const files = await scout.use(
    "Glob",
    { pattern: "**/*", path: folder },
    () => (tracked ? listWithGit(folder) : listByWalking(folder)),
    (found) => ({ files: found.length }),
  );
  say(
    `lists ${formatCount(files.length, "file")}, by ${tracked ? "what git tracks" : "walking the folders"}`,
  );
  return files;
}

async function readIntroductions(
  scout: DemoAgent,
  { folder }: Surroundings,
  files: readonly ListedFile[],
): Promise<void> {
  const telling = files.filter(({ path }) => INTRODUCTIONS.test(path)).slice(0, MAX_INTRODUCTIONS);
  // Side by side: their rows show that they overlap.
  await Promise.all(telling.map(({ path }) => readRecorded(scout, join(folder, path))));
}

/** Fails for a real reason: the temporary folder is new, so there is no report of last time. */
async function compareWithLastReport(scout: DemoAgent, { reportFolder, say }: Surroundings): Promise<void> {
  const path = join(reportFolder, "last-report.md");
  try {
    await scout.work("compare_with_last_report", { path }, () => readRecorded(scout, path));
  } catch (error) {
    await scout.decide({
      decisionName: "recover",
      decisionContext: { error: error instanceof Error ? error.message : String(error) },
      decisionResult: { selected: "go on without a comparison" },
      reason: "a first survey has nothing to be compared with",
      alternatives: ["give up", "go on without a comparison"],
      confidence: 0.9,
    });
    say("wants the last report, which is not there: fails, decides to go on without");
  }
}
