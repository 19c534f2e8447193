/**
 * Since revision 2026-07-28 of the protocol a server may respond to a call with a question: the client asks the person, and sends the call
 * once more with the answer. It is still the same call, so its span goes on, and the question is inside.
 */
import { type Context, createContextKey } from "@opentelemetry/api";
import { activeContext, callInContext } from "../../tracing/guard.js";
import type { SpanRecorder } from "../../tracing/span-recorder.js";
import type { HostCall, Patches } from "../base/patches.js";
import type { Exports, ProtocolInside } from "./patch-protocol.js";
import { incomingSpanTemplate, type Request } from "./request-template.js";

/** Version 2 of the SDK: one method sees the question, another finds who answers the question here. */
export function patchContinuedCalls(
  { Protocol, Client }: Exports,
  patches: Patches,
  recorder: SpanRecorder,
): void {
  patches.method(Client?.prototype, "_resolveNonCompleteResult", carryOn);
  patches.method(Protocol?.prototype, "_getRequestHandler", (call) => answer(call, recorder));
}

const CONTINUED = createContextKey("otel-agent-actions.mcp.continued");

/** The contexts of calls that were sent: a response comes in that of the connection. */
const sentIn = new WeakMap<Request, Context>();

export function noteSent(request: Request, context: Context): void {
  sentIn.set(request, context);
}

/** Whether a request is one that goes on with the answer to the server's question. */
export function isContinued({ method, params }: Request): boolean {
  const first = activeContext().getValue(CONTINUED) as Request | undefined;
  return first !== undefined && first.method === method && first.params?.name === params?.name;
}

// (decoded, { request, ... })
function carryOn({ args, proceed }: HostCall): unknown {
  const { request } = (args[1] ?? {}) as { readonly request?: Request };
  if (request === undefined) return proceed();
  const context = sentIn.get(request) ?? activeContext();
  return callInContext(context.setValue(CONTINUED, request), () => proceed());
}

type Handler = (request: Request, ...rest: unknown[]) => unknown;

function answer({ receiver, proceed }: HostCall, recorder: SpanRecorder): unknown {
  const handler = proceed();
  if (typeof handler !== "function" || activeContext().getValue(CONTINUED) === undefined) return handler;
  return (request: Request, ...rest: unknown[]) =>
    recorder.run(
      () => incomingSpanTemplate(receiver as ProtocolInside, request, recorder.capturesContent),
      () => (handler as Handler)(request, ...rest),
    );
}
