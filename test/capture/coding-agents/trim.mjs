/**
 * Makes a recording small enough to be kept: texts of models' prompts are cut, of the spans of a program's call graph those stay that are around a call, and one of each name.
 * Folders become `/home/ada/project` and `/home/ada`.
 *
 *     node test/capture/coding-agents/trim.mjs <folder of the recording> <file>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const MAX_CHARS = 1_500;
const [folder, target] = process.argv.slice(2);
const out = resolve(folder);
const requests = readFileSync(`${out}/otlp.jsonl`, "utf8")
  .replaceAll(`${out}/work`, "/home/ada/project")
  .replaceAll(`${out}/home`, "/home/ada")
  .replaceAll(`${out.slice(1)}/work`, "home/ada/project")
  .replaceAll(out, "/home/ada")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const spansOf = ({ body }) =>
  (body.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
const spans = new Map(requests.flatMap(spansOf).map((span) => [span.spanId, span]));
const kept = new Set();
const names = new Set();
const keep = (span) => {
  for (let at = span; at !== undefined && !kept.has(at.spanId); at = spans.get(at.parentSpanId))
    kept.add(at.spanId);
};
for (const span of spans.values()) {
  const tells = span.attributes?.some(({ key }) => /^(?:ai\.|gen_ai\.|tool\.)/.test(key));
  if (tells) keep(span);
  else if (!names.has(span.name)) kept.add(span.spanId);
  names.add(span.name);
}

const shortened = (_, value) =>
  typeof value === "string" && value.length > MAX_CHARS ? `${value.slice(0, 200)}…` : value;
const lines = requests.flatMap(({ path, body }) => {
  for (const { resource, scopeSpans } of body.resourceSpans ?? []) {
    resource.attributes = resource.attributes.filter(({ key }) => !/^(?:process|host)\./.test(key));
    for (const scope of scopeSpans) scope.spans = scope.spans.filter(({ spanId }) => kept.has(spanId));
  }
  for (const { resource } of body.resourceLogs ?? [])
    resource.attributes = resource.attributes.filter(({ key }) => !/^(?:process|host)\./.test(key));
  const isEmpty = path === "/v1/traces" && spansOf({ body }).length === 0;
  return isEmpty ? [] : [`${JSON.stringify({ path, body }, shortened)}\n`];
});
writeFileSync(target, lines.join(""));
console.log(`${kept.size} of ${spans.size} spans, ${lines.join("").length} characters`);
