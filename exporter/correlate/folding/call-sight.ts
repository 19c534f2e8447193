import type { HrTime } from "@opentelemetry/api";
import type { ActionEvent } from "../../../src/event/index.js";
import { scopeName } from "../../read/dialects/common/attributes.js";
import type { Captured } from "../../read/dialects/common/captured.js";
import type { Reading } from "../../read/dialects/dialect.js";
import type { ReadableSpan } from "../../read/sdk-types.js";

/** What one layer saw of a call or of a run: all that tells whether another layer saw the same. */
export interface CallSight {
  readonly is: "tool_call" | "run";
  readonly dialect: string;
  /** Name of the instrumentation scope. */
  readonly scope: string;
  /** `SpanKind`: an instrumentation of both ends of a protocol writes client and server spans. */
  readonly kind: number;
  /** Of the tool; of a run the agent's. */
  readonly name: string;
  readonly callId: string | undefined;
  /** The protocol's id of the request, which both of its ends know. */
  readonly requestId: string | undefined;
  readonly parameters: Captured;
  readonly traceId: string;
  readonly spanId: string;
  readonly start: HrTime;
  /** `[0, 0]` while it is open. */
  readonly end: HrTime;
}

/** A call or run that ended, and its event. */
export interface RecordedCall extends CallSight {
  /** The spans around it, nearest first, by {@link spanKey}. */
  readonly ancestors: readonly string[];
  /** Which of them is the nearest run; as many as there are when none is. */
  readonly runAt: number;
  /** Whether the span or one around it names the agent. */
  readonly knowsAgent: boolean;
  readonly event: ActionEvent;
}

export const spanKey = ({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string =>
  `${traceId}:${spanId}`;

/** `undefined` for what is neither a call of a tool nor a run. */
export function sightOf(span: ReadableSpan, dialect: string, reading: Reading): CallSight | undefined {
  const { traceId, spanId } = span.spanContext();
  const place: Place = {
    dialect,
    scope: scopeName(span),
    kind: span.kind,
    traceId,
    spanId,
    start: span.startTime,
    end: span.ended ? span.endTime : OPEN,
  };
  return withPlace(reading, place);
}

const OPEN: HrTime = [0, 0];

type Place = Pick<CallSight, "dialect" | "scope" | "kind" | "traceId" | "spanId" | "start" | "end">;

function withPlace(reading: Reading, place: Place): CallSight | undefined {
  const unknown = { callId: undefined, requestId: undefined, parameters: undefined };
  switch (reading.is) {
    case "tool_call": {
      const { name, callId, parameters } = reading;
      const requestId = reading.extras?.mcp_request_id;
      return {
        ...place,
        is: "tool_call",
        name,
        callId,
        requestId: typeof requestId === "string" ? requestId : undefined,
        parameters,
      };
    }
    case "explicit":
      if (reading.type !== "tool_call") return undefined;
      return {
        ...place,
        ...unknown,
        is: "tool_call",
        name: reading.name,
        callId: reading.callId,
        parameters: reading.details.tool_parameters,
      };
    case "run":
      return reading.name === undefined ? undefined : { ...place, ...unknown, is: "run", name: reading.name };
    default:
      return undefined;
  }
}
