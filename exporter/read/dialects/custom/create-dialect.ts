import { ConfigError } from "../../../../src/errors.js";
import type { ReadableSpan } from "../../sdk-types.js";
import { type Captured, HIDDEN } from "../common/captured.js";
import { describeFailure, type Failure, readFailure } from "../common/failure.js";
import { modelExtras } from "../common/gen-ai-values.js";
import type { Dialect, Reading } from "../dialect.js";
import { definitionMistakes } from "./check-definition.js";
import type { ActionDefinition, DialectDefinition } from "./definition.js";
import { type SpanMatcher, spanMatcher } from "./span-matcher.js";
import { type TextReader, textReader, type ValueReader, valueReader } from "./value-reader.js";

/**
 * A dialect by its definition. It does what built-in dialects do: values are decoded, copied and redacted like theirs, and nothing that
 * a span holds makes it throw.
 *
 * @throws ConfigError that lists every mistake of the definition
 */
export function createDialect(definition: DialectDefinition): Dialect {
  const mistakes = definitionMistakes(definition);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const actions = definition.actions.map((action) => compileAction(action, definition.masks ?? []));
  const anyAgent = textReader(definition.agent);
  const anySession = textReader(definition.session);
  const fitting = (span: ReadableSpan) => actions.find(({ matches }) => matches(span));
  return {
    name: definition.name,
    read: (span) => fitting(span)?.read(span),
    agentName: (span) => fitting(span)?.agent(span) ?? anyAgent(span),
    sessionId: (span) => fitting(span)?.session(span) ?? anySession(span),
  };
}

interface CompiledAction {
  readonly matches: SpanMatcher;
  readonly agent: TextReader;
  readonly session: TextReader;
  read(span: ReadableSpan): Reading;
}

function compileAction(action: ActionDefinition, masks: readonly string[]): CompiledAction {
  const unmasked = (read: ValueReader): ValueReader => {
    return (span) => {
      const value = read(span);
      return typeof value === "string" && masks.includes(value) ? HIDDEN : value;
    };
  };
  const missing = action.absent === "hidden" ? HIDDEN : undefined;
  const readers: Readers = {
    name: textReader(action.name),
    parameters: unmasked(valueReader(action.arguments)),
    result: unmasked(valueReader(action.result)),
    callId: textReader(action.callId),
    failure: failureReader(action),
    details: Object.entries(action.details ?? {}).map(([name, source]) => [
      name,
      unmasked(valueReader(source)),
    ]),
    missing,
  };
  return {
    matches: spanMatcher(action.where),
    agent: textReader(action.agent),
    session: textReader(action.session),
    read: (span) => readAction(action, readers, span),
  };
}

interface Readers {
  readonly name: TextReader;
  readonly parameters: ValueReader;
  readonly result: ValueReader;
  readonly callId: TextReader;
  readonly failure: (span: ReadableSpan, hasResult: boolean) => Failure | undefined;
  readonly details: readonly (readonly [name: string, read: ValueReader])[];
  /** What an absent value means. */
  readonly missing: Captured;
}

function readAction(
  { type, decision = "choice" }: ActionDefinition,
  readers: Readers,
  span: ReadableSpan,
): Reading {
  if (type === "none") return { is: "ignored", reason: "its definition says that it is no action" };
  const given = readers.result(span);
  const failure = readers.failure(span, given !== undefined);
  const parameters = readers.parameters(span) ?? readers.missing;
  const result = given ?? (failure === undefined ? readers.missing : undefined);
  const name = readers.name(span);
  const callId = readers.callId(span);
  const extras = Object.fromEntries(readers.details.map(([member, read]) => [member, read(span)]));
  switch (type) {
    case "tool_call":
      return { is: "tool_call", name: name ?? span.name, parameters, result, callId, failure, extras };
    case "decision":
      return {
        is: "decision",
        type: decision,
        name: name ?? span.name,
        context: parameters,
        result,
        callId,
        failure,
        extras,
      };
    case "run":
      return { is: "run", name, failure, extras: { ...modelExtras(span.attributes), ...extras } };
    case "model_call":
      return {
        is: "model_call",
        name: name ?? span.name,
        messages: () => ({ requested: [], answered: [], context: parameters, result }),
        failure,
        extras: { ...modelExtras(span.attributes), ...extras },
      };
    case "error":
      return readError(name, failure ?? describeFailure(span), extras);
  }
}

function readError(
  name: string | undefined,
  failure: Failure,
  extras: Readonly<Record<string, unknown>>,
): Reading {
  const type = name ?? failure.type;
  const details = { error_type: type, error_message: failure.message, error_context: definedIn(extras) };
  return { is: "explicit", type: "error", name: type, details, failure: { ...failure, type } };
}

const definedIn = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== HIDDEN));

// What the definition names goes before the general rules; `false` there is no failure, whatever the value is called.
function failureReader({ error, errorType }: ActionDefinition): Readers["failure"] {
  const said = textReader(error);
  const typed = textReader(errorType);
  return (span, hasResult) => {
    const message = said(span);
    const isSaid = message !== undefined && message !== "false";
    const found = isSaid ? describeFailure(span) : readFailure(span, hasResult);
    if (found === undefined) return undefined;
    const type = typed(span) ?? found.type;
    return { ...found, type, message: isSaid && message !== "true" ? message : found.message };
  };
}
