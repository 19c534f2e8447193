import type { HrTime } from "@opentelemetry/api";
import type { Captured } from "../../read/dialects/common/captured.js";
import type { RequestedCall } from "../../read/dialects/dialect.js";
import type { ReadableSpan } from "../../read/sdk-types.js";
import { relateArguments } from "../folding/call-arguments.js";
import { millisBetween } from "../folding/same-call.js";
import { relateNames } from "../folding/tool-names.js";
import { BoundedMap } from "./bounded-map.js";

/** A tool's span that does not say all that the model said of the call. */
export interface UntoldCall {
  readonly traceId: string;
  readonly start: HrTime;
  /** Absent where the span has no more than the name of a class. */
  readonly name: string | undefined;
  readonly callId: string | undefined;
  readonly parameters: Captured;
}

/** What the model said of it. */
export interface MatchedRequest {
  readonly name: string;
  readonly callId: string;
}

const MAX_TRACES = 1_000;
/** Of one trace; the newest stay. */
const MAX_REQUESTS = 200;

interface OpenRequest {
  readonly call: RequestedCall & { readonly callId: string };
  readonly askedAt: HrTime;
  isTaken: boolean;
}

/**
 * Finds the request of a model that a tool's span answers to: half of the instrumentations write a call's id on the model's span only, and
 * some know no more of a tool than its class. Only where there is no doubt: in the same trace, after the request, the same tool,
 * equal arguments, and no other request that it could be. A request is answered once.
 */
export class RequestMatcher {
  readonly #byTrace = new BoundedMap<readonly OpenRequest[]>(MAX_TRACES);

  /** Remembers what a model asked for. A request that several layers recorded is one. */
  asked(span: ReadableSpan, requested: readonly RequestedCall[]): void {
    const { traceId } = span.spanContext();
    let open = this.#byTrace.get(traceId) ?? [];
    for (const call of requested) {
      const { callId } = call;
      if (callId === undefined || open.some((request) => request.call.callId === callId)) continue;
      open = [
        ...open.slice(1 - MAX_REQUESTS),
        { call: { ...call, callId }, askedAt: span.startTime, isTaken: false },
      ];
    }
    if (open.length > 0) this.#byTrace.set(traceId, open);
  }

  /**
   * The request that the call answers to, which no other call will be given. A call that says its id only takes it.
   *
   * @param isTold whether a span around says that it is the call of this id: then this one is a part of it, or its twin
   */
  take(call: UntoldCall, isTold: (callId: string) => boolean = () => false): MatchedRequest | undefined {
    const open = this.#byTrace.get(call.traceId) ?? [];
    const found = open.filter((request) => !request.isTaken && isRequestOf(request, call));
    const [request] = found;
    if (request === undefined || found.length > 1) return undefined;
    if (call.callId === undefined && isTold(request.call.callId)) return undefined;
    request.isTaken = true;
    return { name: request.call.name, callId: request.call.callId };
  }
}

function isRequestOf(
  { call, askedAt }: OpenRequest,
  { start, name, callId, parameters }: UntoldCall,
): boolean {
  if (callId !== undefined) return callId === call.callId;
  if (millisBetween(askedAt, start) < 0) return false;
  if (name !== undefined && relateNames(name, call.name) !== "same") return false;
  return relateArguments(parameters, call.parameters) === "equal";
}
