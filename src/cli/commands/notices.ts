import { type OptionTable, option, text } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand } from "../framework/command.js";
import { optionsOf, SHOWN_OPTIONS } from "../lists/list-options.js";
import { LISTS } from "../lists/lists.js";
import type { ListFlags } from "../lists/run-list.js";
import { listCommand } from "./lists.js";
import { ageInMillis } from "./spool.js";

export const NOTICE_CHANGE_OPTIONS = {
  for: option<number>(
    { placeholder: "TIME", defaultText: "until unmute", description: "Of mute: for how long, as 2h or 7d." },
    {
      unit: "milliseconds",
      expected: "a number with s, m, h or d behind it, as 2h",
      fromText: ageInMillis,
      fromCode: (given) => (typeof given === "string" ? ageInMillis(given) : undefined),
    },
  ),
  reason: text({ description: "Of mute and expect: why." }),
  by: text({
    env: ["USER", "USERNAME"],
    placeholder: "NAME",
    description: "Of ack, mute and expect: who says it.",
  }),
  tool: text({ placeholder: "NAME", description: "Of expect: the tool that changes." }),
  "agent-version": text({
    placeholder: "VERSION",
    description: "Of expect: the version of the agent with which it changes.",
  }),
} as const satisfies OptionTable;

export const loopsCommand = listCommand({
  list: "loops",
  summary: "lists agents that repeated themselves, the latest first.",
  details: [
    "The service finds loops while they run: the same call, a cycle of calls, the same error or result again and again, a file changed back and forth. See docs/notices.md.",
  ],
  what: "loops",
  examples: [
    { command: "loops --state open", does: "Those that go on." },
    { command: "loops --last 7d --agent coder --json", does: "All figures of one agent's." },
  ],
});

export const noticesCommand = defineCommand<OptionTable>({
  name: "notices",
  summary: "lists what was noticed, acknowledges and mutes.",
  usage: [
    "notices [options]",
    "notices ack ID... [--by NAME]",
    "notices mute --rule R --kind K --agent A --project P [options]",
    "notices mutes",
    "notices unmute NUMBER",
    "notices expect --agent A --tool T --agent-version V [options]",
    "notices expect --agent A --since TIME --until TIME [options]",
    "notices expected",
    "notices unexpect NUMBER",
  ],
  details: [
    "An id may be given by its beginning, as the list shows it. A notice that is muted is stored all the same, and nobody is told of it. Through a service, ack, mute and expect need a token with the scope write.",
    "expect marks changes of rate, errors or duration (--kind) that begin with a version, or between two times: they are noticed, and nobody is told. A change that was marked and comes back at another time is told.",
    "Filters are those of the HTTP API. Without a time range the last 24 hours are shown.",
  ],
  positional: "[ack|mute|mutes|unmute|expect|expected|unexpect...]",
  options: {
    ...optionsOf(LISTS.notices.parameters),
    ...NOTICE_CHANGE_OPTIONS,
    ...SHOWN_OPTIONS,
    ...CLIENT_OPTIONS,
  },
  examples: [
    { command: "notices --state open", does: "What goes on." },
    { command: "notices ack 8d3f01aa", does: "Somebody looks after it." },
    {
      command: "notices mute --agent crawler --kind same_result --for 7d",
      does: "One kind of one agent, for a week.",
    },
    {
      command: "notices expect --agent coder --agent-version 2.4.0",
      does: "What becomes slower or fails more with a version is no alarm.",
    },
  ],
  async run(input, context) {
    const { runNotices } = await import("../notices/run-notices.js");
    // The table of options was made by a loop, which types do not follow: these are in it.
    const options = input.options as Readonly<Record<string, unknown>> & ListFlags & NoticeChangeFlags;
    return runNotices({ positionals: input.positionals, options }, SHOWN_OPTIONS.limit, context);
  },
});

export interface NoticeChangeFlags {
  readonly for?: number | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
  readonly tool?: string | undefined;
  readonly "agent-version"?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly rule?: readonly string[] | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly agent?: readonly string[] | undefined;
  readonly project?: readonly string[] | undefined;
}
