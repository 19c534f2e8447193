import type { JsonObject } from "../../event/json.js";
import { rawItems, rawMembers } from "../../store/raw-members.js";
import type { ApiClient } from "../client/client.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { withClient } from "../client/open-client.js";
import { NOTICE_CHANGE_OPTIONS, type NoticeChangeFlags } from "../commands/notices.js";
import { formatCount, oneLine } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { CommandError, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { type ShownColumn, textOf } from "../lists/list-columns.js";
import type { SHOWN_OPTIONS } from "../lists/list-options.js";
import { listTable } from "../lists/list-table.js";
import { type ListFlags, runList } from "../lists/run-list.js";
import { parsedRow } from "../lists/shown-row.js";
import { shownTime } from "../lists/shown-time.js";
import { checkExpected, expectChange, showExpectedChanges } from "./expected-changes.js";
import { any, POST } from "./marks.js";

interface NoticesInput {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, unknown>> & ListFlags & NoticeChangeFlags;
}

const WHO_LOOKS = "What looks for them is the service: agent-actions consume, or dev.";

/** Lists notices, acknowledges some, or mutes. */
export async function runNotices(
  { positionals, options }: NoticesInput,
  limit: typeof SHOWN_OPTIONS.limit,
  context: CliContext,
): Promise<number> {
  const [what, ...rest] = positionals;
  checkUsage(what, rest, options);
  if (what === undefined)
    return runList({ list: "notices", what: "notices", hint: WHO_LOOKS, options }, limit, context);
  const { out, env } = context;
  const variable = NOTICE_CHANGE_OPTIONS.by.env.find((candidate) => env[candidate]);
  const by = options.by ?? (variable && env[variable]);
  return withClient(options, context, async (client) => {
    if (what === "ack") for (const id of rest) await acknowledge(id, by, options.json, client, out);
    else if (what === "mute") await mute(options, by, client, out);
    else if (what === "mutes") await showMutes(options.json, client, out);
    else if (what === "expect") await expectChange(options, by, client, out);
    else if (what === "expected") await showExpectedChanges(options.json, client, out);
    else if (what === "unexpect") {
      await client.text(`/expected-changes/${rest[0]}`, { method: "DELETE" });
      out.progress(`Expected change ${rest[0]} taken back.`);
    } else {
      await client.text(`/notice-mutes/${rest[0]}`, { method: "DELETE" });
      out.progress(`Mute ${rest[0]} taken back.`);
    }
    return EXIT_OK;
  });
}

const WHATS = ["ack", "mute", "mutes", "unmute", "expect", "expected", "unexpect"];

function checkUsage(
  what: string | undefined,
  rest: readonly string[],
  options: NoticesInput["options"],
): void {
  if (what !== undefined && !WHATS.includes(what))
    throw new UsageError(
      "There are: notices, notices ack ID, notices mute, notices mutes, notices unmute NUMBER, notices expect, notices expected, and notices unexpect NUMBER.",
      "notices",
    );
  if (what === "ack" && rest.length === 0)
    throw new UsageError("Say which: notices ack ID. The list shows the beginning of each id.", "notices");
  if (what === "ack" && !rest.every((id) => /^[0-9a-f-]{4,36}$/i.test(id)))
    throw new UsageError("An id has hexadecimal digits: at least the first four of it.", "notices");
  if (what === "unmute" && (rest.length !== 1 || !/^\d{1,18}$/.test(rest[0] ?? "")))
    throw new UsageError("Say which: notices unmute NUMBER. The numbers: notices mutes.", "notices");
  if (what === "unexpect" && (rest.length !== 1 || !/^\d{1,18}$/.test(rest[0] ?? "")))
    throw new UsageError("Say which: notices unexpect NUMBER. The numbers: notices expected.", "notices");
  if (["mute", "mutes", "expect", "expected"].includes(what ?? "") && rest.length > 0)
    throw new UsageError(`${what} takes options only, as --agent NAME.`, "notices");
  checkOptions(what, options);
  if (what === "expect") checkExpected(options);
  const { rule, kind, agent, project } = options;
  if (what !== "mute") return;
  if ([rule, kind, agent, project].every((given) => given === undefined))
    throw new UsageError("Say what to mute: --rule, --kind, --agent or --project.", "notices");
  if ([rule, kind, agent, project].some((given) => (given?.length ?? 0) > 1))
    throw new UsageError("A mute has one rule, kind, agent and project: mute several times.", "notices");
}

/** What each of them takes beside the options of {@link EVERYWHERE}; filters of the list say nothing there, and would narrow nothing. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  ack: [],
  mute: ["rule", "kind", "agent", "project", "for", "reason"],
  mutes: [],
  unmute: [],
  expect: ["agent", "tool", "kind", "agent-version", "since", "until", "reason"],
  expected: [],
  unexpect: [],
};
const EVERYWHERE = ["by", "json", ...Object.keys(CLIENT_OPTIONS)];
/** What the list takes none of. */
const OF_CHANGES = Object.keys(NOTICE_CHANGE_OPTIONS).filter((name) => !EVERYWHERE.includes(name));

function checkOptions(what: string | undefined, options: NoticesInput["options"]): void {
  for (const [name, given] of Object.entries(options)) {
    if (given === undefined || given === false || EVERYWHERE.includes(name)) continue;
    const isTaken = what === undefined ? !OF_CHANGES.includes(name) : TAKES[what]?.includes(name);
    if (isTaken) continue;
    const takers = Object.keys(TAKES).filter((verb) => TAKES[verb]?.includes(name));
    const places = OF_CHANGES.includes(name) ? takers : ["", ...takers];
    const named = places.map((verb) => `notices ${verb}`.trim()).join(", ");
    throw new UsageError(
      `--${name} does not go with ${what === undefined ? "notices" : `notices ${what}`}; it goes with ${named}.`,
      "notices",
    );
  }
}

async function acknowledge(
  given: string,
  by: string | undefined,
  asJson: boolean,
  client: ApiClient,
  out: Output,
): Promise<void> {
  const id = await fullId(given, client);
  const text = await client.text(`/notices/${id}/acknowledgement`, POST({ by }));
  if (asJson) out.result(text);
  else out.result(`${out.style.good("✔")} ${oneLine(textOf(parsedRow(text).title))}`);
}

const MAX_SEARCHED = 10_000;

/** The one id that begins so, of all notices. */
async function fullId(given: string, client: ApiClient): Promise<string> {
  const beginning = given.toLowerCase();
  if (beginning.length === 36) return beginning;
  const found: string[] = [];
  for await (const { rows } of client.pages(
    "/notices",
    new URLSearchParams({ last: "all", fields: "id" }),
    MAX_SEARCHED,
  ))
    for (const row of rows) {
      const id = String(parsedRow(row).id);
      if (id.startsWith(beginning)) found.push(id);
    }
  const [id] = found;
  if (id === undefined)
    throw new CommandError(
      `There is no notice whose id begins with ${given}. All of them: notices --last all`,
    );
  if (found.length > 1)
    throw new CommandError(
      `${formatCount(found.length, "notice")} begin with ${given}: give more of the id.`,
    );
  return id;
}

async function mute(
  options: NoticesInput["options"],
  by: string | undefined,
  client: ApiClient,
  out: Output,
): Promise<void> {
  const { rule, kind, agent, project, reason, for: millis } = options;
  const expires = millis === undefined ? undefined : new Date(Date.now() + millis).toISOString();
  const body = {
    rule: rule?.[0],
    kind: kind?.[0],
    agent_name: agent?.[0],
    project_name: project?.[0],
    expires_at: expires,
    reason,
    created_by: by,
  };
  const added = await client.text("/notice-mutes", POST(body));
  if (options.json) out.result(added);
  else show([parsedRow(added)], out);
}

async function showMutes(asJson: boolean, client: ApiClient, out: Output): Promise<void> {
  const page = await client.text("/notice-mutes");
  const mutes = rawItems(rawMembers(page, "containers").get("data") ?? "[]");
  if (mutes.length === 0) out.progress(out.progressStyle.dim("Nothing is muted."));
  else if (asJson) for (const each of mutes) out.result(each);
  else show(mutes.map(parsedRow), out);
}

const COLUMNS: readonly ShownColumn[] = [
  { head: "NUMBER", of: (row) => textOf(row.id), align: "right" },
  { head: "RULE", of: (row) => any(row.rule), maxWidth: 16 },
  { head: "KIND", of: (row) => any(row.kind), maxWidth: 20 },
  { head: "AGENT", of: (row) => any(row.agent_name), maxWidth: 20 },
  { head: "PROJECT", of: (row) => any(row.project_name), maxWidth: 20 },
  { head: "UNTIL", of: (row) => shownTime(row.expires_at) || "unmute" },
  { head: "BY", of: (row) => textOf(row.created_by), maxWidth: 16 },
  { head: "REASON", of: (row) => oneLine(textOf(row.reason)), takesRest: true },
];

function show(mutes: readonly JsonObject[], out: Output): void {
  for (const line of listTable(mutes, COLUMNS, out)) out.result(line);
}
