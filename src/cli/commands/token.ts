import { ACCESS_SCOPES, type AccessScope } from "../../config/access-scope.js";
import { flag, integer, list, type OptionTable, option } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, JSON_OPTIONS } from "../framework/shared-options.js";

const MILLIS_OF: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of `12h`, `30d`, `4w`. */
function lifetime(text: string): number | undefined {
  const [, count, unit = ""] = /^([1-9]\d{0,3})([hdw])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (MILLIS_OF[unit] ?? 0);
}

const isScope = (text: string): text is AccessScope => (ACCESS_SCOPES as readonly string[]).includes(text);

export const TOKEN_OPTIONS = {
  scopes: list({
    default: ["read"],
    expected: `a list of ${ACCESS_SCOPES.join(", ")}`,
    accepts: (names) => names.every(isScope),
    description: "What it allows: read; write labels; ingest events and spans.",
  }),
  project: list({
    defaultText: "all",
    expected: "a list of names or folders of projects",
    description: "The only projects that it is for.",
  }),
  "events-per-minute": integer({
    minimum: 1,
    maximum: 1_000_000_000,
    defaultText: "no limit of its own",
    description: "How many events or spans it may send a minute to each instance of the service.",
  }),
  expires: option<number>(
    { defaultText: "never", description: "How long it holds: 12h, 30d, 4w." },
    {
      expected: "a number with h, d or w",
      placeholder: "TIME",
      fromText: lifetime,
      fromCode: () => undefined,
    },
  ),
  replace: flag({ description: "Of create: a token of that name allows nothing any more." }),
  ...JSON_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const tokenCommand = defineCommand({
  name: "token",
  summary: "makes, lists and revokes tokens of the HTTP server.",
  usage: ["token create NAME [options]", "token list [options]", "token revoke NAME [options]"],
  details: [
    "create shows the token once; the database keeps a hash of it. Its name is that of the sender for what it sends, so one that takes the place of another has the same: --replace. A token that is revoked allows nothing any more after five seconds.",
  ],
  options: TOKEN_OPTIONS,
  positional: "WHAT...",
  examples: [
    { command: "token create grafana", does: "For a program that reads." },
    {
      command: "token create shop-agents --scopes ingest --project shop",
      does: "For agents of one project.",
    },
    { command: "token revoke grafana", does: "It allows nothing any more." },
  ],
  run: async (input, context) => (await import("../token/run-token.js")).runToken(input, context),
});
