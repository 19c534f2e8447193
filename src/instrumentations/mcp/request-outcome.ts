import { isRecord } from "../../event/json.js";
import { ATTR_GEN_AI_TOOL_CALL_RESULT } from "../../event/semconv.js";
import { describeError } from "../../internal/describe-error.js";
import type { SpanOutcome } from "../../tracing/span-template.js";
import { jsonAttribute } from "../../tracing/text.js";
import { decisionAttributes } from "../base/decision.js";
import type { Request } from "./request-template.js";

/** What the other side returned. A tool that failed returns a result too, which says so. */
export function requestOutcome(request: Request, result: unknown, capturesContent: boolean): SpanOutcome {
  if (!isRecord(result)) return {};
  if (request.method === "elicitation/create") return personsAnswer(request, result, capturesContent);
  if (request.method !== "tools/call") return {};
  const { _meta, ...answer } = result;
  const content = () => jsonAttribute(ATTR_GEN_AI_TOOL_CALL_RESULT, answer);
  if (result.isError !== true) return { content };
  return { content, failure: { type: "tool_error", message: textIn(result.content) } };
}

// What a person was asked is a decision, and the conventions have no attribute for what was decided.
function personsAnswer(
  { method, params }: Request,
  { action, content }: Answer,
  captures: boolean,
): SpanOutcome {
  const { message, requestedSchema } = params ?? {};
  const decision = {
    type: "elicitation",
    name: method,
    context: { message, requestedSchema },
    result: { action, ...(captures && { content }) },
  } as const;
  return { attributes: decisionAttributes(decision, captures) };
}

type Answer = Readonly<Record<string, unknown>>;

/** Codes that the SDK gives to what it noticed itself: no response came. */
const LOCAL_CODES: ReadonlySet<unknown> = new Set([-32_000, -32_001]);

/** A request that got an error of JSON-RPC, or not at all. */
export function requestFailure(thrown: unknown): SpanOutcome {
  const { code } = (thrown ?? {}) as { readonly code?: unknown };
  const { type, message } = describeError(thrown);
  if (typeof code !== "number") return { failure: { type, message }, thrown };
  const attributes = LOCAL_CODES.has(code) ? {} : { "rpc.response.status_code": String(code) };
  return { attributes, failure: { type: String(code), message }, thrown };
}

/** Nobody here handles such a request. */
export const NO_SUCH_METHOD: SpanOutcome = refusal(-32_601, "Method not found");

/** The protocol refused the request before it asked a handler. */
export const REFUSED: SpanOutcome = refusal(-32_600, "The request was refused");

function refusal(code: number, message: string): SpanOutcome {
  return {
    attributes: { "rpc.response.status_code": String(code) },
    failure: { type: String(code), message },
  };
}

function textIn(content: unknown): string {
  if (!Array.isArray(content)) return "";
  const texts = content.flatMap((item: unknown) =>
    isRecord(item) && typeof item.text === "string" ? [item.text] : [],
  );
  return texts.join("\n");
}
