import { dirname, join } from "node:path";
import { describeError } from "../../../internal/describe-error.js";
import { traceTool } from "../../../tracing/trace-function.js";
import type { DemoAgent } from "./demo-agent.js";
import { connectFileServer, type FileServer } from "./file-server.js";
import { readText } from "./read-code.js";
import type { Surroundings } from "./survey-folder.js";

/**
 * Lets an MCP server from npm look at the report: a real server in a process of its own, which may see the temporary
 * folder and nothing else. So the wish to see the surveyed folder is refused, and the agent helps itself.
 */
export async function consultServer(
  scout: DemoAgent,
  { folder, reportFolder, say, connect = connectFileServer }: Surroundings,
  report: string,
): Promise<void> {
  const server = await connect(reportFolder);
  if (server === undefined) {
    say(
      "leaves out its MCP server, which is not installed: npm install @modelcontextprotocol/sdk @modelcontextprotocol/server-filesystem",
    );
    return;
  }
  try {
    await scout.work("check_report", { server: server.name }, async () => {
      const call = tracedCalls(scout, server);
      await call("list_directory", { path: reportFolder });
      const seen = await call("read_text_file", { path: report });
      const { text } = await scout.look("ReadReport", { file_path: report }, () => readText(report));
      await scout.decide({
        decisionName: "accept_report",
        decisionContext: { characters_seen: seen.length, characters_written: text.length },
        decisionResult: { selected: seen === text ? "accepted" : "rejected" },
        reason: "what the server reads is what was written",
        confidence: 1,
      });
      await lookOutside(scout, call, folder, say);
    });
    say(`has ${server.name} (MCP) check the report: 3 calls, 1 refused`);
  } finally {
    await server.close();
  }
}

type Call = (tool: string, parameters: Record<string, unknown>) => Promise<string>;

/** The client's one call, traced under the name of each tool. Inside a task it belongs to the task's agent. */
function tracedCalls({ name, deeds }: DemoAgent, server: FileServer): Call {
  return async (tool, parameters) => {
    const traced = traceTool(tool, (given: Record<string, unknown>) => server.callTool(tool, given));
    try {
      const text = await traced(parameters);
      deeds.action(name, "tool_call", tool);
      return text;
    } catch (error) {
      deeds.action(name, "tool_call", tool, { failed: true });
      throw error;
    }
  };
}

async function lookOutside(
  scout: DemoAgent,
  call: Call,
  folder: string,
  say: (text: string) => void,
): Promise<void> {
  const outside = join(dirname(folder), "somewhere-else.txt");
  try {
    await call("get_file_info", { path: outside });
  } catch (error) {
    await scout.decide({
      decisionName: "respect_refusal",
      decisionContext: { error: describeError(error).message },
      decisionResult: { selected: "stay inside" },
      reason: "the server may only see the temporary folder",
      alternatives: ["ask a person", "stay inside"],
      confidence: 0.95,
    });
    return;
  }
  say("the MCP server let the agent out of its folder, which it should not");
}
