/**
 * What models asked for. Half of the instrumentations write the id of a call on the model's span only, and some know no more of a tool than
 * its class.
 *
 * Inside a trace and resource any evidence counts. In another trace of the same sender a request is known by a call id that is unique
 * in the world, in the same session, as where an approval is answered in a later run.
 */
import type { HrTime } from "@opentelemetry/api";
import type { Captured } from "../read/dialects/common/captured.js";
import { type AnsweredCall, UNNAMED } from "../read/dialects/dialect.js";
import { relateArguments } from "./call-arguments.js";
import { isGloballyUnique } from "./call-id.js";
import { type Draft, type MemoryKey, memoryKey } from "./correlation-memory.js";
import { isRequestable, type Observation, type RequestableObservation } from "./observation.js";
import { millisBetween } from "./same-call.js";
import { bareToolName, relateNames } from "./tool-names.js";

/** A call that a model asked for. */
export interface Request {
  readonly name: string;
  readonly bareName: string;
  readonly callId: string | undefined;
  readonly parameters: Captured;
  readonly traceId: string;
  /** The model's span. */
  readonly spanId: string | undefined;
  readonly parentSpanId: string | undefined;
  readonly start: HrTime;
  readonly end: HrTime;
}

/** What the model said of a call that a span recorded. */
export interface MatchedRequest {
  readonly name: string;
  readonly callId: string;
}

/** An observation, and what is said around it: the session that it is part of and the agent at work, where they are known. */
export interface InSession {
  readonly one: Observation;
  session(): string | undefined;
  agent?(): string | undefined;
}

/** Remembers what a model asked for. To be called before the calls that match it. */
export function addRequests(draft: Draft, model: InSession): void {
  const { one } = model;
  if (one.is !== "model_call") return;
  const { key: by, traceId, spanId, parentSpanId, start, end } = one;
  for (const [at, { name, callId, parameters }] of one.requested.entries()) {
    const asked = { name, bareName: bareToolName(name), callId, parameters };
    const request: Request = { ...asked, traceId, spanId, parentSpanId, start, end };
    const keys = [requestsOf(one), ...uniqueKey<Request>("request", model, callId)];
    draft.add({ id: memoryKey("request", by, String(at)), by, keys, value: request });
  }
}

/**
 * The request that the span of a tool, or of a decision that a tool stands for, belongs to. Only where there is no doubt: in the same trace, after the request, the same tool, equal arguments,
 * and no other request that it could be. A request is given to one call; a call that says its id only takes it.
 *
 * @param isReported whether a span around says that it is the call of this id: then this one is a part of it, or its twin
 */
export function matchRequest(
  draft: Draft,
  one: Observation,
  isReported: (callId: string) => boolean,
): MatchedRequest | undefined {
  if (!isRequestable(one)) return undefined;
  const { key: by } = one;
  const id = requestTakenBy(one);
  const own = draft.find(id, by);
  const [only, another] = own === undefined ? requestsFor(draft, one) : [];
  const matched = own ?? (another === undefined ? only : undefined);
  if (matched?.callId === undefined) return undefined;
  if (own === undefined && one.callId === undefined && isReported(matched.callId)) return undefined;
  const { name, callId } = matched;
  draft.add({ id, by, keys: [id, takersOf(one, callId)], value: { name, callId, by } });
  return { name, callId };
}

/** Those that the call may belong to. What several layers recorded is one request, and one that another call was given is none any more. */
function requestsFor(draft: Draft, one: RequestableObservation): readonly Request[] {
  const { callId, name, parameters } = one;
  const bareName = bareToolName(name);
  const isFor = (request: Request): boolean => {
    if (callId !== undefined) return callId === request.callId;
    // Most requests are of other tools, and names that are the same are so without what instrumentations add to them.
    const isOfTool =
      name === UNNAMED || (bareName === request.bareName && relateNames(name, request.name) === "same");
    const isBefore = millisBetween(request.start, one.start) >= 0;
    return isOfTool && isBefore && relateArguments(parameters, request.parameters) === "equal";
  };
  const found = new Map<string, Request>();
  for (const request of draft.list(requestsOf(one), one.key))
    if (request.callId !== undefined && !found.has(request.callId) && isFor(request))
      found.set(request.callId, request);
  const isFree = (id: string) => !draft.list(takersOf(one, id), one.key).some(({ by }) => by !== one.key);
  return [...found].filter(([id]) => isFree(id)).map(([, request]) => request);
}

/**
 * The request that an answered call belongs to. Without an id it is the tool's call of that number, among those that the model asked for
 * last; with neither id nor name the only one that it asked for then.
 */
export function requestAnswered(
  draft: Draft,
  model: InSession,
  { callId, name }: AnsweredCall,
  nth: number,
): Request | undefined {
  const { one } = model;
  const before = (requests: readonly Request[]) =>
    requests
      .filter(
        ({ start, traceId, spanId }) =>
          millisBetween(start, one.start) >= 0 && !(spanId === one.spanId && traceId === one.traceId),
      )
      .sort((earlier, later) => millisBetween(later.start, earlier.start));
  const here = before(draft.list(requestsOf(one), one.key));
  if (callId === undefined) {
    const ofTool = name === undefined ? here : here.filter((request) => request.name === name);
    const last = ofTool.at(-1);
    const together = ofTool.filter(({ spanId }) => spanId === last?.spanId);
    if (name === undefined) return together.length === 1 ? last : undefined;
    return together[nth] ?? last;
  }
  const elsewhere = () =>
    uniqueKey<Request>("request", model, callId).flatMap((key) => draft.list(key, one.key));
  return here.findLast((request) => request.callId === callId) ?? before(elsewhere()).at(-1);
}

// Keys. Ids that are counted up identify a call only within a trace of one resource.

export const within = (
  kind: string,
  { sender, resource, traceId }: Observation,
  ...more: readonly string[]
): string => memoryKey(kind, sender, resource, traceId, ...more);

const requestsOf = (one: Observation): MemoryKey<Request> => within("requests", one);
const requestTakenBy = ({ key }: Observation): MemoryKey<Taken> => memoryKey("taken", key);
const takersOf = (one: Observation, callId: string): MemoryKey<Taken> => within("takers", one, callId);
type Taken = MatchedRequest & { readonly by: string };

/** A call id that is unique in the world is found from other traces of the session, too. */
export const uniqueKey = <Value>(
  kind: string,
  reported: InSession,
  callId: string | undefined,
): readonly MemoryKey<Value>[] =>
  isGloballyUnique(callId) ? [memoryKey(kind, reported.one.sender, reported.session() ?? "", callId)] : [];
