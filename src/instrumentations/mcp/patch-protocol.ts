import { callInContext } from "../../tracing/guard.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { HostCall, Patches } from "../base/patches.js";
import { isContinued, noteSent, patchContinuedCalls } from "./continued-calls.js";
import { withTraceOf } from "./meta-context.js";
import { isRecordedAlready } from "./recorded-already.js";
import { NO_SUCH_METHOD, REFUSED } from "./request-outcome.js";
import { incomingSpanTemplate, outgoingSpanTemplate, type Request } from "./request-template.js";

type Handler = (request: unknown, extra: unknown) => unknown;

/** What an instance of the SDK's `Protocol` (a client or a server) has inside, in 1.x and in 2.x. */
export interface ProtocolInside {
  readonly transport?: { readonly sessionId?: unknown };
  /** The id that the next request gets. */
  readonly _requestMessageId?: unknown;
  _requestHandlers?: unknown;
  readonly _requestHandlerAbortControllers?: unknown;
  /** Only in 2.x. */
  readonly _negotiatedProtocolVersion?: unknown;
}

export interface Exports {
  readonly Protocol?: { readonly prototype: object };
  readonly Client?: { readonly prototype: object };
}

/** Patches the class that both clients and servers extend: one method sends requests, another takes them. */
export function patchProtocol(exports: Exports, patches: Patches, recorder: SpanRecorder): void {
  const prototype = exports.Protocol?.prototype;
  // In 2.x `request` and what a handler sends both end in the one with the codec before the request.
  const sends = patches.method(prototype, "_requestWithSchemaViaCodec", (call) => send(call, 1, recorder));
  if (!sends) patches.method(prototype, "request", (call) => send(call, 0, recorder));
  else patchContinuedCalls(exports, patches, recorder);
  patches.method(prototype, "_onrequest", (call) => receive(call, recorder));
}

function send({ receiver, args, proceed }: HostCall, at: number, recorder: SpanRecorder): unknown {
  const protocol = receiver as ProtocolInside;
  const request = args[at] as Request;
  return recorder.run(
    () =>
      isContinued(request) || isRecordedAlready(request, "client")
        ? undefined
        : outgoingSpanTemplate(protocol, request, recorder.capturesContent),
    (context) => {
      if (context === undefined) return proceed();
      const sent = withTraceOf(context, request);
      noteSent(sent, context);
      return proceed(args.with(at, sent));
    },
  );
}

function receive({ receiver, args, proceed }: HostCall, recorder: SpanRecorder): unknown {
  const protocol = receiver as ProtocolInside;
  const request = args[0] as Request;
  const call = recorder.open(() =>
    isRecordedAlready(request, "server")
      ? undefined
      : incomingSpanTemplate(protocol, request, recorder.capturesContent),
  );
  if (call === undefined) return proceed();
  const handled = handlersAround(protocol, request, (handler) => async (...given) => {
    try {
      const result = await handler(...given);
      call.succeed(result);
      return result;
    } catch (error) {
      call.fail(error);
      throw error;
    }
  });
  try {
    return callInContext(call.context, () => proceed());
  } finally {
    handled.restore();
    // What comes later changes nothing, and a handler is never called at once.
    if (!handled.found) call.end(NO_SUCH_METHOD);
    else if (!isUnderWay(protocol, request)) call.end(REFUSED);
  }
}

type Wrap = (handler: Handler) => Handler;

/**
 * Lets the protocol find a wrapped handler for this one request: it looks for it at once, and calls it later. Asking how the
 * request ended where its response is sent would miss those that are cancelled, which get none.
 */
function handlersAround(protocol: ProtocolInside, { method }: Request, wrap: Wrap) {
  const handlers = protocol._requestHandlers;
  const nothing = { found: true, restore: () => undefined };
  if (!(handlers instanceof Map)) return nothing;
  const handler: unknown = handlers.get(method) ?? Reflect.get(protocol, "fallbackRequestHandler");
  if (typeof handler !== "function") return { ...nothing, found: false };
  protocol._requestHandlers = new Map(handlers).set(method, wrap(handler as Handler));
  const restore = () => {
    protocol._requestHandlers = handlers;
  };
  return { found: true, restore };
}

function isUnderWay(
  { _requestHandlerAbortControllers: controllers }: ProtocolInside,
  { id }: Request,
): boolean {
  return !(controllers instanceof Map) || controllers.has(id);
}
