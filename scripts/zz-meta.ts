import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { mapSpans } from "../exporter/correlate/map-spans.js";
import { readOtlpJson } from "../exporter/span-files/otlp-spans.js";
import { allCaptures, summaryOfEvent } from "../test/helpers/captures.js";
import { pendingCaptures } from "../test/helpers/pending-captures.js";
type Doc = any;
const V: Record<string, (d: Doc) => Doc> = {
  scope: (d) => each(d, (s: any) => { s.scope = { ...(s.scope ?? {}), name: "acme.telemetry" }; }),
  version: (d) => each(d, (s: any) => { if (s.scope) s.scope.version = "999.1.2"; }),
  attrs: (d) => spans(d, (sp: any) => sp.attributes?.reverse()),
  spanorder: (d) => { each(d, (s: any) => s.spans.reverse()); d.resourceSpans.reverse(); for (const r of d.resourceSpans) r.scopeSpans.reverse(); return d; },
  resource: (d) => { for (const r of d.resourceSpans) r.resource = { attributes: (r.resource?.attributes ?? []).filter((a: any) => a.key === "service.name") }; return d; },
  extra: (d) => spans(d, (sp: any) => (sp.attributes ??= []).push({ key: "acme.tenant", value: { stringValue: "t1" } }, { key: "deployment.ring", value: { stringValue: "r" } }, {key: "thread.id", value: {intValue: "5"}})),
  shift: (d) => spans(d, (sp: any) => { for (const k of ["startTimeUnixNano", "endTimeUnixNano"]) sp[k] = String(BigInt(sp[k]) + 86400_000_000_000n); for (const e of sp.events ?? []) e.timeUnixNano = String(BigInt(e.timeUnixNano) + 86400_000_000_000n); }),
  between: (d) => { const add: any[] = []; each(d, (s: any) => { for (const sp of s.spans) if (sp.parentSpanId) { const id = (BigInt("0x" + sp.spanId) ^ 0xffff000000000000n).toString(16).padStart(16, "0"); add.push({ s: s, sp: { traceId: sp.traceId, spanId: id, parentSpanId: sp.parentSpanId, name: "middleware", kind: 1, startTimeUnixNano: sp.startTimeUnixNano, endTimeUnixNano: sp.endTimeUnixNano, attributes: [{ key: "code.function.name", value: { stringValue: "next" } }] } }); sp.parentSpanId = id; } }); d.resourceSpans[0].scopeSpans.push({ scope: { name: "acme.middleware" }, spans: add.map((a) => a.sp) }); return d; },
  names: (d) => spans(d, (sp: any) => sp),
};
function each(d: Doc, f: (s: any) => void) { for (const r of d.resourceSpans) for (const s of r.scopeSpans) f(s); return d; }
function spans(d: Doc, f: (s: any) => void) { return each(d, (s) => s.spans.forEach(f)); }
function rows(text: string, options: any) {
  const out = new Map<string, any>();
  for (const { span, transformed, isReportedOnly } of mapSpans(readOtlpJson(text), { captureContent: true, ...options }) as any[]) {
    if (transformed.outcome !== "event" || !transformed.event) continue;
    const e = transformed.event;
    out.set(isReportedOnly ? `call:${e.tool_call_id}` : span.spanContext().spanId.slice(0, 6), summaryOfEvent(e));
  }
  return out;
}
const which = process.argv[2]?.split(",") ?? Object.keys(V); const only = process.argv[3]; const show = process.argv[4];
const table: Record<string, any> = {};
const all = [...(await allCaptures()).map((c) => ({ ...c, options: { callsWithoutSpan: false, ...c.options } })), ...(await pendingCaptures())];
for (const c of all) {
  if (only && !c.file.includes(only)) continue;
  const text = readFileSync(`test/fixtures/spans/${c.file}.otlp.json`, "utf8");
  const base = rows(text, c.options ?? {});
  const line: any = { rows: base.size };
  for (const v of which) {
    const changed = rows(JSON.stringify(V[v]!(JSON.parse(text))), c.options ?? {});
    let bad = 0; 
    for (const id of new Set([...base.keys(), ...changed.keys()])) {
      const a = base.get(id), b = changed.get(id);
      if (isDeepStrictEqual(a, b)) continue;
      bad++;
      if (show) { if (!a) console.log(v, c.file, id, "TOO MANY", JSON.stringify(b).slice(0, 300)); else if (!b) console.log(v, c.file, id, "MISSING", a.type, a.name, a.agent); else { const fa = { ...a, ...a.details }, fb = { ...b, ...b.details }; for (const k of new Set([...Object.keys(fa), ...Object.keys(fb)])) if (k !== "details" && !isDeepStrictEqual(fa[k], fb[k])) console.log(v, c.file, id, a.type, a.name, k, JSON.stringify(fb[k])?.slice(0, 200), "WAS", JSON.stringify(fa[k])?.slice(0, 200)); } }
    }
    line[v] = bad || "";
  }
  table[c.file] = line;
}
console.table(table);
