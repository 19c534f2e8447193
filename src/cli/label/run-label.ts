import type { JsonObject } from "../../event/json.js";
import { rawItems, rawMembers } from "../../store/raw-members.js";
import type { ApiClient } from "../client/client.js";
import { withClient } from "../client/open-client.js";
import { NotFoundError } from "../client/refusal.js";
import { LABEL_OPTIONS } from "../commands/label.js";
import { formatCount, oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { CommandError, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { type ShownColumn, textOf } from "../lists/list-columns.js";
import { listTable } from "../lists/list-table.js";
import { parsedRow } from "../lists/shown-row.js";
import { shownTime } from "../lists/shown-time.js";
import { runPath } from "../show/run-tree.js";

type LabelInput = CommandInput<typeof LABEL_OPTIONS>;

export async function runLabel({ positionals, options }: LabelInput, context: CliContext): Promise<number> {
  const [subject = "", name, ...more] = positionals;
  if (more.length > 0)
    throw new UsageError("There is one name: label RUN NAME. More goes in --text.", "label");
  const given = (["text", "score", "kind"] as const).find((option) => options[option] !== undefined);
  if (given !== undefined && (name === undefined || options.remove))
    throw new UsageError(`--${given} says more of a label that is set: label RUN NAME.`, "label");
  if (options.remove && name === undefined)
    throw new UsageError("Say which: label RUN NAME --remove.", "label");
  const { out, env } = context;
  return withClient(options, context, async (client) => {
    const path = options.action ? `/actions/${encodeURIComponent(subject)}` : runPath(subject);
    if (name === undefined) await list(path, options.json, client, out);
    else if (options.remove) await remove(path, name, client, out);
    else await add(path, labelOf(name, options, env), options.json, client, out);
    return EXIT_OK;
  });
}

/** The body of the request. */
function labelOf(name: string, options: LabelInput["options"], env: NodeJS.ProcessEnv): object {
  const { kind = LABEL_OPTIONS.kind.default, text, score } = options;
  const variable = LABEL_OPTIONS.by.env.find((candidate) => env[candidate]);
  const by = options.by ?? (variable && env[variable]);
  return { kind, name, text, score, created_by: by };
}

async function add(
  path: string,
  label: object,
  asJson: boolean,
  client: ApiClient,
  out: Output,
): Promise<void> {
  const headers = { "content-type": "application/json" };
  const added = await client.text(`${path}/labels`, { method: "POST", headers, body: JSON.stringify(label) });
  if (asJson) out.result(added);
  else show([parsedRow(added)], out);
  if (!(await isThere(path, client)))
    out.progress(
      out.progressStyle.warn("There is no row of it yet. If none comes: agent-actions label ... --remove"),
    );
}

async function isThere(path: string, client: ApiClient): Promise<boolean> {
  try {
    await client.text(path);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

async function remove(path: string, name: string, client: ApiClient, out: Output): Promise<void> {
  const found = (await labelsOf(path, client)).map(parsedRow).filter((label) => label.name === name);
  if (found.length === 0) throw new CommandError(`Nothing called ${JSON.stringify(name)} was said of it.`);
  for (const { id } of found) await client.text(`${path}/labels/${String(id)}`, { method: "DELETE" });
  out.progress(`${formatCount(found.length, "label")} taken back.`);
}

async function list(path: string, asJson: boolean, client: ApiClient, out: Output): Promise<void> {
  const labels = await labelsOf(path, client);
  if (labels.length === 0) out.progress(out.progressStyle.dim("Nothing was said of it."));
  else if (asJson) for (const label of labels) out.result(label);
  else show(labels.map(parsedRow), out);
}

async function labelsOf(path: string, client: ApiClient): Promise<readonly string[]> {
  const page = await client.text(`${path}/labels`);
  return rawItems(rawMembers(page, "containers").get("data") ?? "[]");
}

const COLUMNS: readonly ShownColumn[] = [
  { head: "SAID", of: (row) => shownTime(row.created_at) },
  { head: "BY", of: (row) => textOf(row.created_by ?? row.token_name), maxWidth: 16 },
  { head: "KIND", of: (row) => textOf(row.kind) },
  { head: "NAME", of: (row) => textOf(row.name), maxWidth: 24 },
  { head: "SCORE", of: (row) => textOf(row.score), align: "right" },
  { head: "TEXT", of: (row) => oneLine(textOf(row.text)), takesRest: true },
];

function show(labels: readonly JsonObject[], out: Output): void {
  for (const line of listTable(labels, COLUMNS, out)) out.result(line);
}
