/**
 * Events of the GenAI conventions, which have moved the contents of a model's call from its span to log records: one record with everything
 * (`gen_ai.client.inference.operation.details`), before 1.37 one for each message (`gen_ai.user.message`, `gen_ai.choice`).
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/
 *
 * A call of a model is told by its span. What its messages say of tools (which calls it asked for, what it was told of them) belongs to those calls.
 */
import { isPlainObject } from "../../../../src/event/json.js";
import { ATTR_GEN_AI_OPERATION_NAME } from "../../../../src/event/semconv.js";
import type { LogDialect, LogReading } from "../../logs/log-dialect.js";
import type { LogRecord } from "../../logs/log-record.js";
import { readableSpan } from "../../readable-span.js";
import { type Attributes, textAt } from "../common/attributes.js";

export const genAiLogs: LogDialect = {
  name: "gen-ai",
  prefix: "gen_ai.",
  read(record, event) {
    if (event === "client.inference.operation.details") return part(record, record.attributes);
    if (MESSAGE.test(event)) return part(record, {}, `gen_ai.${event}`);
    if (event === "evaluation.result")
      return { is: "ignored", reason: "what somebody thinks of an answer, not an action" };
    return undefined;
  },
};

const MESSAGE = /^(?:(?:system|user|assistant|tool)\.message|choice)$/;

/**
 * @param attributes of the span
 * @param message the event's name, where the record is one message
 */
function part(record: LogRecord, attributes: Attributes, message?: string): LogReading {
  const { traceId, spanId, time, body, resource, scope } = record;
  if (traceId === undefined || spanId === undefined)
    return { is: "ignored", reason: "the contents of a model's call that names no span" };
  const operation = textAt(record.attributes, ATTR_GEN_AI_OPERATION_NAME) ?? "chat";
  const said = isPlainObject(body) ? body : body === undefined ? {} : { content: body };
  return {
    is: "span_part",
    span: readableSpan({
      traceId,
      spanId,
      name: operation,
      kind: 0,
      startTime: time,
      endTime: time,
      status: { code: 0 },
      attributes: { ...attributes, [ATTR_GEN_AI_OPERATION_NAME]: operation },
      events:
        message === undefined ? [] : [{ name: message, time, attributes: { ...record.attributes, ...said } }],
      resource,
      scope,
    }),
  };
}
