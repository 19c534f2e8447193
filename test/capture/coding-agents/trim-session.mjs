/**
 * Makes a recorded session of Claude Code small enough to be kept, and free of what the program says to its model: long texts are cut, and contents of requests and
 * attachments left out. Folders become `/home/ada/project` and `/home/ada`.
 *
 *     node test/capture/coding-agents/trim-session.mjs <folder of the recording> <folder>
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const MAX_CHARS = 400;
const [folder, target] = process.argv.slice(2);
const out = resolve(folder);
const slug = (path) => path.replace(/[^A-Za-z0-9]/g, "-");
const read = (path) =>
  readFileSync(path, "utf8")
    .replaceAll(`${out}/work`, "/home/ada/project")
    .replaceAll(slug(`${out}/work`), "-home-ada-project")
    .replaceAll(`${out}/home`, "/home/ada")
    .replaceAll(out, "/home/ada");
const lines = (path) =>
  read(path)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line));

const HIDDEN_KEYS = new Set(["systemPrompt", "skills", "addedBlocks", "compact_summary"]);
const shortened = (key, value) => {
  if (HIDDEN_KEYS.has(key)) return [];
  return typeof value === "string" && value.length > MAX_CHARS ? `${value.slice(0, 60)}…` : value;
};
const write = (name, values) => {
  mkdirSync(join(target, name, ".."), { recursive: true });
  writeFileSync(join(target, name), values.map((value) => `${JSON.stringify(value, shortened)}\n`).join(""));
};

/** What stands in a transcript besides the session, by its kind. */
const bare = (value) => {
  if (/^api-request/.test(value.type)) return { type: value.type, timestamp: value.timestamp };
  if (value.type === "attachment") return { ...value, attachment: { type: value.attachment.type } };
  return value.isMeta || value.isCompactSummary
    ? { ...value, message: { role: "user", content: "…" } }
    : value;
};

write("hooks.jsonl", lines(join(out, "hooks.jsonl")));
const withoutHost = ({ path, body }) => {
  for (const { resource } of [...(body.resourceLogs ?? []), ...(body.resourceSpans ?? [])])
    resource.attributes = resource.attributes.filter(({ key }) => !/^(?:process|host)\./.test(key));
  const records = [
    ...(body.resourceLogs ?? []).flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords),
    ),
    ...(body.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  ];
  for (const one of records)
    one.attributes = one.attributes.filter(
      ({ key }) =>
        !/^(?:user\.id|terminal|managed_settings\.|num_|.*_chars$|new_context|system_prompt)/.test(key),
    );
  return { path, body };
};
const requests = lines(join(out, "otlp.jsonl")).map(withoutHost);
for (const signal of ["logs", "traces"])
  write(
    `${signal}.jsonl`,
    requests.filter(({ path }) => path === `/v1/${signal}`).map(({ body }) => body),
  );
const projects = join(out, "home/.claude/projects");
const project = join(projects, readdirSync(projects)[0]);
for (const file of readdirSync(project).filter((name) => name.endsWith(".jsonl"))) {
  write("session.jsonl", lines(join(project, file)).map(bare));
  const agents = join(project, file.replace(/\.jsonl$/, ""), "subagents");
  for (const agent of existsSync(agents) ? readdirSync(agents) : [])
    if (agent.endsWith(".jsonl")) write(`session/subagents/${agent}`, lines(join(agents, agent)).map(bare));
    else write(`session/subagents/${agent}`, [JSON.parse(read(join(agents, agent)))]);
}
