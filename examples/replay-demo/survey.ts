import { createDeedList } from "../../src/cli/demo/agent/deed-list.js";
import {
  createDemoAgent,
  type DemoAgent,
  type DemoAgentOptions,
} from "../../src/cli/demo/agent/demo-agent.js";
import type { FileServer } from "../../src/cli/demo/agent/file-server.js";
import { surveyFolder } from "../../src/cli/demo/agent/survey-folder.js";
import { ActionLogger } from "../../src/index.js";

/** Relative, so that arguments are the same wherever it runs. */
export const FOLDER = "garden";
export const REPORT_FOLDER = "report";

/** The agent of `agent-actions demo`. */
export const newAgent = (options: DemoAgentOptions): DemoAgent =>
  createDemoAgent("folder-scout", new ActionLogger({ agentName: "folder-scout" }), createDeedList(), options);

export interface World {
  readonly connect: (folder: string) => Promise<FileServer | undefined>;
  /** @default REPORT_FOLDER */
  readonly reportFolder?: string;
}

/** Its work: it surveys the folder, writes a report, and has the report checked. */
export const survey = (agent: DemoAgent, { connect, reportFolder = REPORT_FOLDER }: World): Promise<void> =>
  surveyFolder(agent, {
    folder: FOLDER,
    reportFolder,
    connect,
    say: (text) => console.log(`  ${text}`),
  });
