/**
 * Calls that were reported to models as failed or denied, and that no span recorded: denied approvals, tools that the agent does
 * not have, arguments that do not fit. Where no tool has a span, as in CrewAI behind OpenLLMetry, all calls that models were told of.
 *
 * A span recorded the call when it has its id, in the trace and resource or, where the id is unique in the world, in the session; or,
 * where one of them has no id, when tool, arguments and time fit, in the trace or in another one of the resource.
 */
import type { HrTime } from "@opentelemetry/api";
import type { Captured } from "../read/dialects/common/captured.js";
import type { AnsweredCall } from "../read/dialects/dialect.js";
import { unknownToolIn } from "./answer-failure.js";
import { relateArguments, rememberedArguments } from "./call-arguments.js";
import { type Draft, type MemoryKey, memoryKey } from "./correlation-memory.js";
import { type InSession, type Request, requestAnswered, uniqueKey, within } from "./model-requests.js";
import { isRequestable, type Observation, type RequestableObservation } from "./observation.js";
import { millisBetween } from "./same-call.js";
import { bareToolName, relateNames } from "./tool-names.js";

/** A call that was reported to a model, and that no span recorded. */
export interface UnrecordedCall {
  /** Names the call in its trace. */
  readonly key: string;
  /** Names it for all models that it is reported to. */
  readonly once: string;
  readonly answer: AnsweredCall & { readonly name: string };
  /** What the model asked for, by its own span or by the conversation; `undefined` where neither says it. */
  readonly asked: Pick<Request, "name" | "callId" | "parameters"> | undefined;
  /** Absent when the model asked in another process, or too long ago. */
  readonly request: Request | undefined;
  readonly reportedAt: HrTime;
}

/** A call that a span recorded, whatever became of it. */
interface RecordedSpan extends Pick<Observation, "key" | "resource" | "traceId" | "start"> {
  readonly callId: string | undefined;
  readonly name: string;
  readonly parameters: Captured;
}

/** Remembers that a span recorded a call. To be called before the models that it is reported to. */
export function addCall(draft: Draft, reported: InSession): void {
  const { one } = reported;
  if (!isRequestable(one)) return;
  const { key, resource, traceId, start, name, callId } = one;
  const parameters = rememberedArguments(one.parameters);
  const call: RecordedSpan = { key, resource, traceId, start, name, callId, parameters };
  // From another trace a call without an id is asked for by its tool.
  const elsewhere = callId === undefined ? [callsOfTool(one, name)] : callsOfId(reported, callId);
  draft.add({ id: memoryKey("call", key), by: key, keys: [callsOf(one), ...elsewhere], value: call });
}

/** The observation as it may be remembered: of large arguments only as much as is needed to compare others with them. */
export function withRememberedArguments(one: RequestableObservation): RequestableObservation {
  const parameters = rememberedArguments(one.parameters);
  return parameters === one.parameters ? one : { ...one, parameters };
}

/**
 * Which of the calls that are reported to a model have no span. Each is returned once, however many models and layers of models it is
 * reported to.
 */
export function unrecordedCalls(draft: Draft, model: InSession): readonly UnrecordedCall[] {
  const { one } = model;
  if (one.is !== "model_call") return [];
  const { answered } = one;
  const found = new Map<string, UnrecordedCall>();
  for (const [at, answer] of answered.entries()) {
    // Of several without id and name, as smolagents repeats them, the last one is what became of the last call.
    const isNameless = ({ callId, name }: AnsweredCall) => callId === undefined && name === undefined;
    if (isNameless(answer) && answered.slice(at + 1).some(isNameless)) continue;
    const nth = answered.slice(0, at).filter(({ name }) => name === answer.name).length;
    const request = requestAnswered(draft, model, answer, nth);
    const wentWrong = answer.outcome === "error" || answer.outcome === "denied";
    if (!wentWrong && !(isOnlyTold(draft, one, request) && model.agent?.() !== undefined)) continue;
    const asked = request ?? answer.asked;
    const name = answer.name ?? asked?.name ?? unknownToolIn(answer.result);
    if (name === undefined) continue;
    const callId = answer.callId ?? asked?.callId;
    const key = callId ?? `${request?.spanId ?? one.spanId}:${name}:${at}`;
    const once = request
      ? memoryKey(request.traceId, request.spanId ?? "", key)
      : memoryKey(one.traceId, key);
    const named = { ...answer, callId, name };
    const call: UnrecordedCall = { key, once, answer: named, asked, request, reportedAt: one.start };
    if (found.has(once) || isReportedByAnother(draft, one, once) || isRecorded(draft, model, call)) continue;
    found.set(once, call);
    const id = memoryKey("reported", one.key, once);
    draft.add({ id, by: one.key, keys: [reportersOf(one, once)], value: one.key });
  }
  return [...found.values()];
}

/**
 * Whether a call that went well is told by models only: they asked for it in this trace, in which no span recorded any call until then.
 * Where tools have spans, one without is on its way, or is the framework's own way of answering. Where no agent is named, only the model's library is
 * recorded, and what the program does with its requests is known to others.
 */
const isOnlyTold = (draft: Draft, one: Observation, request: Request | undefined): boolean =>
  request?.callId !== undefined &&
  request.traceId === one.traceId &&
  !draft.list(callsOf(one), one.key).some(({ start }) => millisBetween(start, one.start) > 0);

const callsOf = (one: Observation): MemoryKey<RecordedSpan> => within("calls", one);
const callsOfId = (reported: InSession, callId: string) => uniqueKey<RecordedSpan>("call", reported, callId);
const callsOfTool = ({ sender }: Observation, name: string): MemoryKey<RecordedSpan> =>
  memoryKey("tool", sender, bareToolName(name));
const reportersOf = ({ sender, resource }: Observation, once: string): MemoryKey<string> =>
  memoryKey("reported", sender, resource, once);
const reportCovered = (sender: string, call: RecordedSpan): MemoryKey<string> =>
  memoryKey("covers", sender, call.key);

const isReportedByAnother = (draft: Draft, one: Observation, once: string): boolean =>
  draft.list(reportersOf(one, once), one.key).some((by) => by !== one.key);

/** A span that does not say which call it is stands for one call only. */
function isRecorded(draft: Draft, model: InSession, reported: UnrecordedCall): boolean {
  const { one } = model;
  const { callId, name } = reported.answer;
  const here = draft.list(callsOf(one), one.key);
  if (callId !== undefined) {
    if (here.some((call) => call.callId === callId)) return true;
    const elsewhere = callsOfId(model, callId).flatMap((key) => draft.list(key, one.key));
    if (elsewhere.some((call) => isInTime(call, reported))) return true;
  }
  const others = draft.list(callsOfTool(one, name), one.key);
  const found = [...others, ...here].findLast((call) => {
    const isSameTrace = call.traceId === one.traceId;
    if (!(isSameTrace || call.resource === one.resource) || !mayBe(call, reported, isSameTrace)) return false;
    const covered = draft.find(reportCovered(one.sender, call), one.key);
    return covered === undefined || covered === reported.once;
  });
  if (found === undefined) return false;
  const keys = [reportCovered(one.sender, found)];
  draft.add({ id: memoryKey("covers", found.key), by: one.key, keys, value: reported.once });
  return true;
}

function mayBe(call: RecordedSpan, reported: UnrecordedCall, isSameTrace: boolean): boolean {
  const { callId, name } = reported.answer;
  if ((call.callId !== undefined && callId !== undefined) || !isInTime(call, reported)) return false;
  const parameters = relateArguments(call.parameters, reported.asked?.parameters);
  const isNamed = relateNames(call.name, name) !== "other";
  if (!isSameTrace) return isNamed && parameters === "equal";
  // A failed call may have only the name of a class.
  return isNamed ? parameters !== "other" : parameters === "equal";
}

// A tool may start while the model is still speaking.
const isInTime = ({ start }: RecordedSpan, { request, reportedAt }: UnrecordedCall): boolean =>
  millisBetween(start, reportedAt) >= 0 &&
  (request === undefined || millisBetween(request.start, start) >= 0);
