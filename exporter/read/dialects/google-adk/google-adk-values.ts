import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import { readMessages } from "../common/gen-ai-messages.js";
import { unwrapMcpContent } from "../common/mcp-content.js";
import { answersIn, callsIn } from "../common/model-messages.js";
import type { ModelMessages } from "../dialect.js";

/** What a tool of the kit answered, out of the form that the kit gives it: always an object. */
export interface ToolAnswer {
  readonly result: Captured;
  /** The answer says that the call failed, with this text. */
  readonly error?: string | undefined;
  /** A person has to approve the call first. */
  readonly isAsked?: boolean;
  /** A person or a policy refused it. */
  readonly isRefused?: boolean;
}

/** @param parameters {@link HIDDEN} where the content of the span is */
export function answerOf(span: ReadableSpan, response: Captured, parameters: Captured): ToolAnswer {
  if (parameters === HIDDEN && (response === undefined || isEmpty(response))) return { result: HIDDEN };
  if (!isPlainObject(response)) return { result: response };
  // JavaScript wraps what is undefined too, and nothing is left of that; a tool that gives an empty object is rarer.
  if (isEmpty(response)) return { result: undefined };
  const mcp = unwrapMcpContent(response);
  if (mcp !== undefined) return mcp;
  const result = withoutWrapper(span, response);
  const { error } = response;
  // The kit's own answers, and what its documentation asks tools to answer with.
  if (typeof error !== "string" || error === "") return { result };
  return { result, error, isAsked: ASKS.test(error), isRefused: REFUSES.test(error) };
}

const ASKS = /^This tool call requires confirmation/;
const REFUSES = /^This tool call is rejected/;

const isEmpty = (value: Captured): boolean => isPlainObject(value) && Object.keys(value).length === 0;

// What is no object is wrapped in one; in JavaScript a list has a name of its own.
function withoutWrapper(span: ReadableSpan, response: Readonly<Record<string, unknown>>): Captured {
  if (Object.keys(response).length !== 1) return response;
  if ("result" in response) return response.result === "<not specified>" ? undefined : response.result;
  return Array.isArray(response.results) && isOfJavaScript(span) ? response.results : response;
}

// Python's JSON has a blank after the colon. A tool in Python may well give an object of its own with results.
const isOfJavaScript = ({ attributes }: ReadableSpan): boolean =>
  String(attributes["gcp.vertex.agent.tool_response"]).startsWith('{"results":[');

/** Requests and responses of Gemini, whatever the model; hidden ones are `{}`. Later spans have messages as the conventions say. */
export function readAdkMessages(span: ReadableSpan): ModelMessages {
  const request = contentAt(span, "gcp.vertex.agent.llm_request");
  const response = contentAt(span, "gcp.vertex.agent.llm_response");
  if (request === HIDDEN && response === HIDDEN) return readMessages(span);
  return {
    requested: isPlainObject(response) ? callsIn(response.content) : [],
    answered: isPlainObject(request) ? answersIn(request.contents) : [],
    context: request,
    result: response,
  };
}

function contentAt({ attributes }: ReadableSpan, key: string): Captured {
  const content = captured(attributes[key]);
  const isHidden = content === undefined || (isPlainObject(content) && Object.keys(content).length === 0);
  return isHidden ? HIDDEN : content;
}
