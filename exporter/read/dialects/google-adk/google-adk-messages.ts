import { isPlainObject } from "../../../../src/event/json.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Captured, captured, HIDDEN } from "../common/captured.js";
import type { ModelMessages } from "../dialect.js";
import { answeredCalls, requestedCalls } from "../gen-ai/gen-ai-parts.js";
import { readMessages } from "../gen-ai/gen-ai-values.js";

/** Requests and responses of Gemini, whatever the model; hidden ones are `{}`. Later spans have messages as the conventions say. */
export function readAdkMessages(span: ReadableSpan): ModelMessages {
  const request = contentAt(span, "gcp.vertex.agent.llm_request");
  const response = contentAt(span, "gcp.vertex.agent.llm_response");
  if (request === HIDDEN && response === HIDDEN) return readMessages(span);
  return {
    requested: isPlainObject(response) ? requestedCalls(response.content) : [],
    answered: isPlainObject(request) ? answeredCalls(request.contents) : [],
    context: request,
    result: response,
  };
}

function contentAt({ attributes }: ReadableSpan, key: string): Captured {
  const content = captured(attributes[key]);
  const isHidden = content === undefined || (isPlainObject(content) && Object.keys(content).length === 0);
  return isHidden ? HIDDEN : content;
}
