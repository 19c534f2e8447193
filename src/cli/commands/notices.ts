import { type OptionTable, option, text } from "../../config/option.js";
import { CLIENT_OPTIONS } from "../client/client-options.js";
import { defineCommand } from "../framework/command.js";
import { optionsOf, SHOWN_OPTIONS } from "../lists/list-options.js";
import { LISTS } from "../lists/lists.js";
import type { ListFlags } from "../lists/run-list.js";
import { listCommand, nothingOf } from "./lists.js";
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
  reason: text({ description: "Of mute: why." }),
  by: text({ env: ["USER", "USERNAME"], placeholder: "NAME", description: "Of ack and mute: who says it." }),
} as const satisfies OptionTable;

export const loopsCommand = listCommand({
  list: "loops",
  summary: "lists agents that repeated themselves, the latest first.",
  details: [
    "The service finds loops while they run: the same call, a cycle of calls, the same error or result again and again, a file changed back and forth. See docs/notices.md.",
  ],
  nothing: nothingOf("loops"),
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
  ],
  details: [
    "An id may be given by its beginning, as the list shows it. A notice that is muted is stored all the same, and nobody is told of it. Through a service, ack and mute need a token with the scope write.",
    "Filters are those of the HTTP API. Without a time range the last 24 hours are shown.",
  ],
  positional: "[ack|mute|mutes|unmute...]",
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
  readonly rule?: readonly string[] | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly agent?: readonly string[] | undefined;
  readonly project?: readonly string[] | undefined;
}
