import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";

export interface SpanParts {
  readonly name?: string;
  readonly scope?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly status?: { readonly code: number; readonly message?: string };
  readonly exception?: Readonly<Record<string, unknown>>;
  readonly kind?: number;
  readonly spanId?: string;
  readonly startTime?: readonly [number, number];
  readonly endTime?: readonly [number, number];
  readonly resource?: Readonly<Record<string, unknown>>;
}

export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
export const ERROR = { code: 2 } as const;
export const OK = { code: 1 } as const;

/** A span that ended, with what matters to the test. */
export function spanOf(parts: SpanParts = {}): ReadableSpan {
  const { name = "span", scope = "test", attributes = {}, status = { code: 0 }, kind = 0 } = parts;
  const events = parts.exception ? [{ name: "exception", time: [1, 0], attributes: parts.exception }] : [];
  const span = {
    name,
    kind,
    spanContext: () => ({ traceId: TRACE_ID, spanId: parts.spanId ?? "b7ad6b7169203331", traceFlags: 1 }),
    startTime: parts.startTime ?? [1_795_334_322, 755_418_541],
    endTime: parts.endTime ?? [1_795_334_322, 795_918_541],
    status,
    attributes,
    events,
    links: [],
    ended: true,
    resource: { attributes: parts.resource ?? { "service.name": "svc" } },
    instrumentationScope: { name: scope },
  };
  return span as unknown as ReadableSpan;
}
