/**
 * What each coding agent's configuration has to say so that it tells what it does. One entry an agent, one list of additions a file and feature: another feature
 * is one more member of {@link SetupFeature}, with additions in those entries that have it.
 */
import { homedir } from "node:os";
import { join } from "node:path";
import type { Addition, ConfigLanguage } from "./config-edit.js";
import { jsonConfig } from "./json-config.js";
import { tomlConfig } from "./toml-config.js";

export const SETUP_FEATURES = ["telemetry", "hooks", "mcp"] as const;
export type SetupFeature = (typeof SETUP_FEATURES)[number];

export interface SetupContext {
  /** Address of the service. */
  readonly url: URL;
  /** Whether arguments, results and prompts are told. */
  readonly content: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the project that is set up. */
  readonly folder: string;
  /** A command of this program, as a shell reads it. */
  readonly command: (...args: readonly string[]) => string;
  /** The program and its arguments before those of a command. */
  readonly program: readonly [string, ...string[]];
}

export interface SetupFile {
  readonly path: string;
  readonly language: ConfigLanguage;
  readonly additions: Readonly<Partial<Record<SetupFeature, readonly Addition[]>>>;
}

export interface AgentSetup {
  files(context: SetupContext): readonly SetupFile[];
  /** What the user has to know or do besides. */
  readonly notes: readonly string[];
}

const home = ({ env }: SetupContext, variable: string | undefined, ...path: readonly string[]): string => {
  const named = variable === undefined ? undefined : env[variable];
  return named ? join(named, ...path.slice(1)) : join(env.HOME || homedir(), ...path);
};

const endpoint = ({ url }: SetupContext, path = ""): string => new URL(path, url).href.replace(/\/$/, "");

/** Additions to `hooks` of the form that Claude Code introduced: matchers with lists of handlers. */
const matcherHooks = (
  { command, url, content }: SetupContext,
  agent: string,
  events: readonly string[],
  more: Readonly<Record<string, boolean | number>> = {},
): readonly Addition[] => {
  const handler = { type: "command", command: command(...hookArgs(agent, url, content)), ...more };
  return events.map((event) => ({ at: ["hooks", event], value: { hooks: [handler] }, isItem: true }));
};

const hookArgs = (agent: string, url: URL, content: boolean): readonly string[] => [
  "hook",
  agent,
  "--url",
  url.origin,
  ...(content ? [] : ["--no-content"]),
];

const members = (
  at: readonly string[],
  values: Readonly<Record<string, string | boolean>>,
): readonly Addition[] => Object.entries(values).map(([name, value]) => ({ at: [...at, name], value }));

/** The server of tools, started by the agent; it asks the service, with the token of the agent's environment. */
const mcpArgs = ({ program, url }: SetupContext): readonly string[] => [
  ...program.slice(1),
  "mcp",
  "--url",
  url.origin,
];

/** An entry of the form that Claude Desktop introduced. */
const mcpEntry = (
  context: SetupContext,
  list: string,
  more: Readonly<Record<string, string>> = {},
): readonly Addition[] => [
  {
    at: [list, "agent-actions"],
    value: { ...more, command: context.program[0], args: [...mcpArgs(context)] },
  },
];

const claudeCode: AgentSetup = {
  files: (context) => [
    {
      path: home(context, "CLAUDE_CONFIG_DIR", ".claude", "settings.json"),
      language: jsonConfig,
      additions: {
        telemetry: members(["env"], {
          CLAUDE_CODE_ENABLE_TELEMETRY: "1",
          OTEL_LOGS_EXPORTER: "otlp",
          OTEL_METRICS_EXPORTER: "otlp",
          OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(context),
          ...(context.content && { OTEL_LOG_TOOL_DETAILS: "1", OTEL_LOG_USER_PROMPTS: "1" }),
        }),
        hooks: matcherHooks(
          context,
          "claude-code",
          ["PreToolUse", "PostToolUse", "PostToolUseFailure", "PermissionDenied", "UserPromptSubmit"],
          { async: true, timeout: 10 },
        ),
      },
    },
    {
      path: context.env.CLAUDE_CONFIG_DIR
        ? join(context.env.CLAUDE_CONFIG_DIR, ".claude.json")
        : home(context, undefined, ".claude.json"),
      language: jsonConfig,
      additions: { mcp: mcpEntry(context, "mcpServers", { type: "stdio" }) },
    },
  ],
  notes: [],
};

const otlpHttp = (context: SetupContext, path: string) => ({
  "otlp-http": { endpoint: endpoint(context, path), protocol: "binary" },
});

const codex: AgentSetup = {
  files: (context) => [
    {
      path: home(context, "CODEX_HOME", ".codex", "config.toml"),
      language: tomlConfig,
      additions: {
        telemetry: [
          { at: ["otel", "exporter"], value: otlpHttp(context, "/v1/logs") },
          ...(context.content ? [{ at: ["otel", "log_user_prompt"], value: true }] : []),
        ],
        mcp: mcpEntry(context, "mcp_servers"),
      },
    },
    {
      path: home(context, "CODEX_HOME", ".codex", "hooks.json"),
      language: jsonConfig,
      additions: {
        hooks: matcherHooks(context, "codex", ["PreToolUse", "PostToolUse", "UserPromptSubmit"]),
      },
    },
  ],
  notes: ["Codex asks once whether it may run new hooks: answer in /hooks."],
};

/** Gemini CLI, and what was made of it: the same settings in a folder of another name. */
const geminiSetup = (folder: string): AgentSetup => ({
  files: (context) => [
    {
      path: home(context, undefined, folder, "settings.json"),
      language: jsonConfig,
      additions: {
        telemetry: members(["telemetry"], {
          enabled: true,
          target: "local",
          otlpEndpoint: endpoint(context),
          otlpProtocol: "http",
          logPrompts: context.content,
        }),
        mcp: mcpEntry(context, "mcpServers"),
      },
    },
  ],
  notes: [
    "Its hooks do not tell which call they are about, so they would tell of each call once more: telemetry alone is set up.",
  ],
});

const cursor: AgentSetup = {
  files: (context) => [
    {
      path: home(context, undefined, ".cursor", "hooks.json"),
      language: jsonConfig,
      additions: {
        hooks: [
          { at: ["version"], value: 1 },
          ...["preToolUse", "postToolUse", "postToolUseFailure", "beforeSubmitPrompt"].map(
            (event): Addition => ({
              at: ["hooks", event],
              value: { command: context.command(...hookArgs("cursor", context.url, context.content)) },
              isItem: true,
            }),
          ),
        ],
      },
    },
    {
      path: home(context, undefined, ".cursor", "mcp.json"),
      language: jsonConfig,
      additions: { mcp: mcpEntry(context, "mcpServers") },
    },
  ],
  notes: [],
};

const copilotCli: AgentSetup = {
  files: (context) => [
    {
      path: join(context.folder, ".github", "hooks", "agent-actions.json"),
      language: jsonConfig,
      additions: {
        hooks: [
          { at: ["version"], value: 1 },
          ...["postToolUse", "postToolUseFailure", "userPromptSubmitted"].map(
            (event): Addition => ({
              at: ["hooks", event],
              value: {
                type: "command",
                bash: context.command(...hookArgs("copilot-cli", context.url, context.content)),
                timeoutSec: 10,
              },
              isItem: true,
            }),
          ),
        ],
      },
    },
    {
      path: context.env.XDG_CONFIG_HOME
        ? join(context.env.XDG_CONFIG_HOME, "copilot", "mcp-config.json")
        : home(context, undefined, ".copilot", "mcp-config.json"),
      language: jsonConfig,
      additions: { mcp: mcpEntry(context, "mcpServers", { type: "local" }) },
    },
  ],
  notes: [
    "Hooks of Copilot CLI belong to a repository: this is for the folder that you are in.",
    "They do not tell which call they are about: where OTEL_EXPORTER_OTLP_ENDPOINT has it send spans, or its sessions are imported, leave the hooks out, or each call is there twice.",
  ],
};

const openCode: AgentSetup = {
  files: (context) => [
    {
      path: context.env.XDG_CONFIG_HOME
        ? join(context.env.XDG_CONFIG_HOME, "opencode", "opencode.json")
        : home(context, undefined, ".config", "opencode", "opencode.json"),
      language: jsonConfig,
      additions: {
        telemetry: members(["experimental"], { openTelemetry: true }),
        mcp: [
          {
            at: ["mcp", "agent-actions"],
            value: { type: "local", command: [context.program[0], ...mcpArgs(context)], enabled: true },
          },
        ],
      },
    },
  ],
  notes: [
    "OpenCode takes the address from its environment: start it with agent-actions dev -- opencode, or set OTEL_EXPORTER_OTLP_ENDPOINT, and OTEL_BSP_SCHEDULE_DELAY=300, because it ends without the spans that wait.",
  ],
};

/** No agent whose actions are told, but one that can ask for those of others. */
const vsCode: AgentSetup = {
  files: (context) => [
    {
      path: home(
        context,
        undefined,
        ...VS_CODE_FOLDERS[process.platform === "darwin" ? "darwin" : "linux"],
        "mcp.json",
      ),
      language: jsonConfig,
      additions: { mcp: mcpEntry(context, "servers", { type: "stdio" }) },
    },
  ],
  notes: [],
};

const VS_CODE_FOLDERS = {
  darwin: ["Library", "Application Support", "Code", "User"],
  linux: [".config", "Code", "User"],
} as const;

export const AGENT_SETUPS = {
  "claude-code": claudeCode,
  codex,
  "gemini-cli": geminiSetup(".gemini"),
  "qwen-code": geminiSetup(".qwen"),
  cursor,
  "copilot-cli": copilotCli,
  opencode: openCode,
  vscode: vsCode,
} as const satisfies Readonly<Record<string, AgentSetup>>;

export type SetupAgent = keyof typeof AGENT_SETUPS;
