import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Captured, HIDDEN } from "../common/captured.js";
import { unwrapMcpContent } from "../common/mcp-content.js";

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
