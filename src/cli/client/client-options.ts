import { type OptionTable, option } from "../../config/option.js";
import { DATABASE_OPTIONS } from "../framework/shared-options.js";

const isWeb = (url: URL): boolean => url.protocol === "http:" || url.protocol === "https:";

/** Where a command asks. */
export const CLIENT_OPTIONS = {
  url: option<URL>(
    {
      defaultText: "none, the database is asked",
      description:
        "Address of a running service to ask instead of the database. A token: AGENT_ACTIONS_API_TOKEN.",
    },
    {
      placeholder: "URL",
      expected: "the address of a service, such as http://127.0.0.1:8080",
      fromText: (text) => (URL.canParse(text) && isWeb(new URL(text)) ? new URL(text) : undefined),
      fromCode: () => undefined,
    },
  ),
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;
