import type { HrTime } from "@opentelemetry/api";
import type { ActionEvent } from "../../src/event/index.js";
import { scopeName, textAt } from "../read/dialects/common/attributes.js";
import type { Captured } from "../read/dialects/common/captured.js";
import type { ModelCallReading, ModelMessages, Reading } from "../read/dialects/dialect.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import type { DialectReading } from "../read/span-reader.js";
import { memoryKey } from "./correlation-memory.js";
import type { SpanOutcome } from "./mapped-span.js";

/**
 * What is known of one thing that a program recorded, as plain data: today of a span, open or ended. Of a signal without span ids, as log
 * records are, the rest can be said too.
 */
export type Observation = Origin & Place & Said;

/** Whose an observation is. */
export interface Origin {
  /** By our own knowledge; nothing of one sender gets into the actions of another. */
  readonly sender: string;
  /** The resource by its service and instance; empty for what this process itself did. */
  readonly resource: string;
}

interface Place {
  /** Names it among all of all senders. */
  readonly key: string;
  readonly traceId: string;
  readonly spanId: string | undefined;
  readonly parentSpanId: string | undefined;
  readonly start: HrTime;
  /** `[0, 0]` while it is open. */
  readonly end: HrTime;
  /** Name of the instrumentation scope. */
  readonly scope: string;
  /** `SpanKind`: an instrumentation of both ends of a protocol writes client and server spans. */
  readonly kind: number;
  /** Empty where no dialect knows it. */
  readonly dialect: string;
}

/** What the dialect read, as far as more than one span matters. */
export type Said =
  /** A decision by which a call was made or not says the same as a call. */
  | ({ readonly is: "tool_call" | "decision" } & CallSaid)
  | ({ readonly is: "run"; readonly name: string | undefined } & {
      readonly [Name in Exclude<keyof CallSaid, "name">]: undefined;
    })
  | ({ readonly is: "model_call" } & ModelSaid)
  | { readonly is: "ignored" };

interface CallSaid {
  readonly name: string;
  /** The model's id of the call. */
  readonly callId: string | undefined;
  /** The protocol's id of the request, which both of its ends know. */
  readonly requestId: string | undefined;
  readonly parameters: Captured;
}

type ModelSaid = Pick<ModelMessages, "requested" | "answered">;

/** A call of a tool or a run, as one layer of instrumentation saw it: everything needed to decide whether another layer saw the same. */
export interface CallObservation
  extends CallSaid,
    Pick<Origin & Place, "traceId" | "start" | "end" | "scope" | "kind" | "dialect" | "resource"> {
  readonly is: "tool_call" | "run";
  readonly spanId: string;
}

/** A call or run that ended, and its event. */
export interface RecordedCall extends CallObservation {
  /** The spans around it, nearest first, by {@link spanKey}. */
  readonly ancestors: readonly string[];
  /** Which of them is the nearest run; as many as there are when none is. */
  readonly runAt: number;
  /** Whether the span or one around it names the agent. */
  readonly knowsAgent: boolean;
  /** Whether it was published as running: a row has its id. */
  readonly isRow?: boolean;
  readonly event: ActionEvent;
}

export const spanKey = ({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string =>
  `${traceId}:${spanId}`;

/** The {@link spanKey} of a span. */
export const keyOf = (span: ReadableSpan): string => spanKey(span.spanContext());

/** @param withMessages whether a model's input and output are wanted, too: messages are large */
export function observe(
  span: ReadableSpan,
  read: DialectReading | undefined,
  { sender, resource }: Origin,
  withMessages: boolean,
): Observation {
  const { traceId, spanId } = span.spanContext();
  const said = read === undefined ? NOTHING : saidIn(read.reading, withMessages);
  // Member by member, here and below: spreading an object of this size costs a microsecond.
  return {
    key: memoryKey(sender, spanKey({ traceId, spanId })),
    sender,
    resource,
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    start: span.startTime,
    end: span.ended ? span.endTime : OPEN,
    scope: scopeName(span),
    kind: span.kind,
    dialect: read?.dialect.name ?? "",
    is: said.is,
    name: said.name,
    callId: said.callId,
    requestId: said.requestId,
    parameters: said.parameters,
    requested: said.requested,
    answered: said.answered,
  } as Observation;
}

const OPEN: HrTime = [0, 0];

/** One shape for all: what is read of each span is read faster. */
type SaidValues = Pick<Said, "is"> &
  Partial<ModelSaid & { [Name in keyof CallSaid]: CallSaid[Name] | undefined }>;

const NOTHING: SaidValues = { is: "ignored" };

function saidIn(reading: Reading, withMessages: boolean): SaidValues {
  switch (reading.is) {
    case "tool_call": {
      const { is, name, callId, parameters, extras } = reading;
      const requestId = typeof extras?.mcp_request_id === "string" ? extras.mcp_request_id : undefined;
      return { is, name, callId, requestId, parameters };
    }
    case "explicit": {
      const { type, name, callId, details } = reading;
      const is = type === "tool_call" ? "tool_call" : "decision";
      return { is, name, callId, requestId: undefined, parameters: details.tool_parameters };
    }
    case "decision": {
      const { is, name, callId, context } = reading;
      return { is, name, callId, requestId: undefined, parameters: context };
    }
    case "run":
      return { is: "run", name: reading.name };
    case "model_call":
      return withMessages ? { is: "model_call", ...messagesOf(reading) } : NOTHING;
    default:
      return NOTHING;
  }
}

// A dialect may fail over messages that are not what they seem.
function messagesOf(reading: ModelCallReading): ModelSaid {
  try {
    const { requested, answered } = reading.messages();
    return { requested, answered };
  } catch {
    return { requested: [], answered: [] };
  }
}

/** What a model may have asked for: a call of a tool, or a decision by which a call was made or not. */
export type RequestableObservation = Extract<Observation, { readonly is: "tool_call" | "decision" }>;

export const isRequestable = (one: Observation): one is RequestableObservation =>
  one.is === "tool_call" || one.is === "decision";

/** `undefined` for what is neither a call of a tool nor a run with a name. */
export function callObservationOf(one: Observation): CallObservation | undefined {
  const isCall = one.is === "tool_call" || (one.is === "run" && one.name !== undefined);
  return isCall && one.spanId !== undefined ? (one as CallObservation) : undefined;
}

/** The action of an outcome, when there is one. */
export function actionOf(transformed: SpanOutcome): ActionEvent | undefined {
  return transformed.outcome === "event" && transformed.kind === "action"
    ? (transformed.event as ActionEvent)
    : undefined;
}

/** Has an event say these values; a field without a value is left out. */
export function putFields(
  event: ActionEvent,
  fields: { readonly [Name in keyof ActionEvent]?: ActionEvent[Name] | undefined },
): void {
  Object.assign(event, fields);
  for (const [name, value] of Object.entries(fields))
    if (value === undefined) delete event[name as keyof ActionEvent];
}

/** Distinguishes resources of one sender. While detectors are at work on a resource it has none of these yet. */
export function resourceOf({ resource }: ReadableSpan): string {
  if (resource === undefined || resource.asyncAttributesPending) return "";
  const { attributes } = resource;
  const [namespace = "", name = "", instance = ""] = IDENTITY.map((key) => textAt(attributes, key));
  return memoryKey(namespace, name, instance);
}

// By the semantic conventions these three name an instance of a service.
const IDENTITY = ["service.namespace", "service.name", "service.instance.id"];
