import { type Span, trace } from "@opentelemetry/api";
import {
  ATTR_ACTION_TYPE,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_KIND,
} from "../../event/semconv.js";
import { identityIn } from "../../tracing/actor.js";
import { activeContext, guarded } from "../../tracing/guard.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import { isInsideRun } from "../base/run-place.js";

let inside = false;

/**
 * Whether a call of a module of Node is an agent's own. Not where Node does its work by other functions of the module (`exec` by
 * `execFile`, `appendFile` by `writeFile`): that is one call.
 */
export function isAgentsCall(recorder: SpanRecorder): boolean {
  return recorder.enabled && !inside && guarded("the active span could not be read", isInsideAgent) === true;
}

/** Makes the host's call. What it calls before it returns is part of it. */
export function asOneCall<T>(call: () => T): T {
  const outer = inside;
  inside = true;
  try {
    return call();
  } finally {
    inside = outer;
  }
}

type Attributes = Readonly<Record<string, unknown>>;

/**
 * Whether what happens now is done by an agent: inside an action of this package's API or a run that one of its instrumentations
 * records, or directly inside a span that says so, whoever wrote it. Two look-ups where no span is active, which is
 * nearly always.
 */
export function isInsideAgent(): boolean {
  const context = activeContext();
  const span = trace.getSpan(context);
  if (span === undefined || !span.isRecording()) return false;
  const attributes = attributesOf(span);
  if (isFileTool(attributes)) return false;
  return identityIn(context) !== undefined || isInsideRun(context) || saysAgent(attributes);
}

/** Tools whose calls are rows of `agent_file_operations` already: what they do on the disk is that same operation. */
const FILE_TOOLS: ReadonlySet<string> = new Set(["read", "write", "edit", "glob", "grep", "delete"]);

function isFileTool(attributes: Attributes): boolean {
  const name = attributes[ATTR_GEN_AI_TOOL_NAME];
  return typeof name === "string" && FILE_TOOLS.has(name.toLowerCase());
}

const OPERATIONS: ReadonlySet<unknown> = new Set(["execute_tool", "invoke_agent", "invoke_workflow"]);

/** Keys that stand only on spans of agents and their tools, by those who instrument them. */
const AGENT_KEYS = [ATTR_ACTION_TYPE, ATTR_KIND, "ai.toolCall.name", "mcp.method.name", "tool.name"];

const KINDS: ReadonlySet<unknown> = new Set(["tool", "agent", "chain", "task", "workflow"]);

const KIND_KEYS = [
  "openinference.span.kind",
  "traceloop.span.kind",
  "langfuse.observation.type",
  "langsmith.span.kind",
];

function saysAgent(attributes: Attributes): boolean {
  if (OPERATIONS.has(attributes[ATTR_GEN_AI_OPERATION_NAME])) return true;
  if (AGENT_KEYS.some((key) => key in attributes)) return true;
  return KIND_KEYS.some((key) => KINDS.has(String(attributes[key]).toLowerCase()));
}

// As the SDK's spans have them; the API does not say.
const attributesOf = (span: Span): Attributes =>
  (span as { readonly attributes?: Attributes }).attributes ?? {};
