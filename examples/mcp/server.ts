import "otel-agent-actions/register";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { traceTool, withIncomingContext } from "otel-agent-actions";
import { z } from "zod";
import { listNotes, readNote } from "./notes.js";

const AGENT = { agentName: "mcp-server-notes" };
const tracedList = traceTool("list_notes", listNotes, AGENT);
const tracedRead = traceTool("read_note", readNote, AGENT);

const server = new McpServer({ name: "notes", version: "1.0.0" });

server.registerTool("list_notes", { description: "Titles of all notes" }, (request) =>
  inTraceOf(request, () => answer(tracedList().join(", "))),
);
server.registerTool(
  "read_note",
  { description: "The text of one note", inputSchema: { title: z.string() } },
  (args, request) => inTraceOf(request, () => answer(tracedRead(args))),
);

await server.connect(new StdioServerTransport());

// The client's trace comes along in `_meta`, so what happens here is a child of the client's call.
function inTraceOf<T>({ _meta = {} }: { _meta?: Record<string, unknown> | undefined }, fn: () => T): T {
  return withIncomingContext(_meta, fn);
}

function answer(text: string) {
  return { content: [{ type: "text" as const, text }] };
}
