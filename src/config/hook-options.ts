import { integer, option, secret, text } from "./option.js";

/** Settings of `agent-actions hook`. */
export interface HookOptions {
  /** Address of the service that takes events. `AGENT_ACTIONS_HOOK_URL`. @default http://127.0.0.1:8080 */
  readonly url: URL;
  /** How long the service is waited for, milliseconds. `AGENT_ACTIONS_HOOK_TIMEOUT_MS`. @default 1_000 */
  readonly timeoutMillis: number;
  /** Folder for events that no service took. `AGENT_ACTIONS_HOOK_DIRECTORY`. @default ~/.local/state/otel-agent-actions/hooks; none for a user without a home */
  readonly directory: string | undefined;
  /** Token with the scope `ingest`. `AGENT_ACTIONS_HOOK_TOKEN`. @default none */
  readonly token: string | undefined;
}

const isWeb = (url: URL): boolean => url.protocol === "http:" || url.protocol === "https:";

/** Settings of `agent-actions hook`, which reads them without this table (`src/hook/hook-settings.ts`): loading it would cost more than the hook. */
export const HOOK_OPTIONS = {
  url: option<URL>(
    {
      env: "AGENT_ACTIONS_HOOK_URL",
      defaultText: "http://127.0.0.1:8080",
      description: "Address of the service that takes events (`POST /v1/actions`).",
    },
    {
      unit: "URL",
      placeholder: "URL",
      expected: "the address of a service, such as http://127.0.0.1:8080",
      fromText: (given) => (URL.canParse(given) && isWeb(new URL(given)) ? new URL(given) : undefined),
      fromCode: () => undefined,
    },
  ),
  timeoutMillis: integer({
    env: "AGENT_ACTIONS_HOOK_TIMEOUT_MS",
    defaultText: "1000",
    unit: "milliseconds",
    minimum: 1,
    maximum: 60_000,
    description: "How long the service is waited for. An event that it did not take by then is kept.",
  }),
  directory: text({
    env: "AGENT_ACTIONS_HOOK_DIRECTORY",
    defaultText: "~/.local/state/otel-agent-actions/hooks",
    placeholder: "DIR",
    description: "Folder for events that no service took, until a later hook sends them.",
  }),
} as const;

/** Given by the environment alone: a command line can be read by others. */
export const HOOK_TOKEN_OPTIONS = {
  token: secret({
    env: "AGENT_ACTIONS_HOOK_TOKEN",
    description: "Token with the scope `ingest`. Its name is the sender of the events.",
  }),
} as const;
