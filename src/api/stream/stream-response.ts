import { Problem } from "../problem.js";

/** The response that a stream of events is. Throws a `Problem` where there are as many readers as may be. */
export function streamResponse(body: ReadableStream<Uint8Array> | undefined, maxStreams: number): Response {
  if (body === undefined)
    throw new Problem(503, `There are ${maxStreams} streams open already, which is the limit: try again.`, {
      headers: { "retry-after": "5" },
    });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // A proxy would collect events before it hands them on.
      "x-accel-buffering": "no",
    },
  });
}
