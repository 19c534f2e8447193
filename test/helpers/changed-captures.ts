/** Captured files, changed in what tells nothing of what was done: their rows have to stay the same. */

type Json = { [name: string]: unknown };
interface Span extends Json {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes?: { key: string; value: object }[];
  events?: { timeUnixNano: string }[];
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}
interface Scoped {
  scope?: { name?: string; version?: string };
  spans: Span[];
}
interface Group {
  resource?: { attributes?: { key: string; value: object }[] };
  scopeSpans: Scoped[];
}
export interface OtlpDocument {
  resourceSpans: Group[];
}

const scopesOf = ({ resourceSpans }: OtlpDocument): Scoped[] =>
  resourceSpans.flatMap((group) => group.scopeSpans);
const spansOf = (document: OtlpDocument): Span[] => scopesOf(document).flatMap(({ spans }) => spans);

const DAY = 86_400_000_000_000n;
const later = (time: string): string => String(BigInt(time) + DAY);

/** A later version, another day, a resource with its service and SDK alone, and keys that somebody's processor adds. */
export function elsewhere(document: OtlpDocument): void {
  for (const { resource } of document.resourceSpans)
    if (resource?.attributes)
      resource.attributes = resource.attributes.filter(({ key }) =>
        /^(?:service\.name$|telemetry\.sdk\.)/.test(key),
      );
  for (const { scope } of scopesOf(document)) if (scope) scope.version = "999.1.2";
  for (const span of spansOf(document)) {
    span.startTimeUnixNano = later(span.startTimeUnixNano);
    span.endTimeUnixNano = later(span.endTimeUnixNano);
    for (const event of span.events ?? []) event.timeUnixNano = later(event.timeUnixNano);
    span.attributes = [
      ...(span.attributes ?? []),
      { key: "tenant.name", value: { stringValue: "acme" } },
      { key: "thread.id", value: { intValue: "5" } },
      { key: "code.function.name", value: { stringValue: "main" } },
    ];
  }
}

/** All in the order of an exporter that hands on what came last first. */
export function backwards({ resourceSpans }: OtlpDocument): void {
  for (const { scopeSpans } of resourceSpans) {
    for (const { spans } of scopeSpans) {
      for (const { attributes } of spans) attributes?.reverse();
      spans.reverse();
    }
    scopeSpans.reverse();
  }
  resourceSpans.reverse();
}

/** A span of the program's own around each span, as one of middleware is. */
export function withSpansBetween(document: OtlpDocument): void {
  const all = spansOf(document);
  const ids = new Set(all.map(({ spanId }) => spanId));
  const between = all.flatMap((span) => {
    const { traceId, parentSpanId, startTimeUnixNano, endTimeUnixNano } = span;
    if (parentSpanId === undefined || !ids.has(parentSpanId)) return [];
    span.parentSpanId = (BigInt(`0x${span.spanId}`) ^ 0xffff_0000_0000_0000n).toString(16).padStart(16, "0");
    const attributes = [{ key: "code.function.name", value: { stringValue: "next" } }];
    const times = { startTimeUnixNano, endTimeUnixNano };
    return [
      { traceId, spanId: span.parentSpanId, parentSpanId, name: "next", kind: 1, attributes, ...times },
    ];
  });
  document.resourceSpans[0]?.scopeSpans.push({ scope: { name: "acme.middleware" }, spans: between });
}

/** Each scope by a name that nobody knows, as in a fork of the library. */
export function renamed(document: OtlpDocument): void {
  const names = [...new Set(scopesOf(document).map(({ scope }) => scope?.name ?? ""))];
  for (const { scope } of scopesOf(document))
    if (scope?.name) scope.name = `acme.telemetry.${names.indexOf(scope.name)}`;
}
