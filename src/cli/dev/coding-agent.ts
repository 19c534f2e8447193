import { basename } from "node:path";

/** How a coding agent is started so that it tells the stack what it does. */
export interface CodingAgentStart {
  /** Laid over the environment; what it says already about where telemetry goes, or what is in it, stays. */
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** It writes lines instead of taking the terminal over, so others may write lines too. */
  readonly isPlain: boolean;
}

interface CodingAgent {
  readonly env: (url: string) => Readonly<Record<string, string>>;
  /** Arguments in front of the user's: of an agent that reads nothing of this from its environment. */
  readonly args?: (url: string) => readonly string[];
  /** Arguments that make it do one task and end. */
  readonly plainArgs: readonly string[];
}

const OTLP = (url: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
});

/** Qwen Code, a fork, has the same variables under a prefix of its own. */
const geminiStart = (prefix: "GEMINI" | "QWEN"): CodingAgent => ({
  env: (url) => ({
    [`${prefix}_TELEMETRY_ENABLED`]: "true",
    [`${prefix}_TELEMETRY_TARGET`]: "local",
    [`${prefix}_TELEMETRY_OTLP_ENDPOINT`]: url,
    [`${prefix}_TELEMETRY_OTLP_PROTOCOL`]: "http",
  }),
  plainArgs: ["-p", "--prompt"],
});

/** By the name of the program. Switches of content are the user's own. */
const CODING_AGENTS: Readonly<Record<string, CodingAgent>> = {
  claude: {
    env: (url) => ({
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "none",
      // So that rows come while it works.
      OTEL_LOGS_EXPORT_INTERVAL: "1000",
      ...OTLP(url),
    }),
    plainArgs: ["-p", "--print"],
  },
  codex: {
    env: () => ({}),
    args: (url) => [
      "-c",
      `otel.exporter={ otlp-http = { endpoint = "${url}/v1/logs", protocol = "binary" } }`,
    ],
    plainArgs: ["exec", "e", "review"],
  },
  gemini: geminiStart("GEMINI"),
  qwen: geminiStart("QWEN"),
  opencode: {
    env: (url) => ({
      ...OTLP(url),
      OPENCODE_CONFIG_CONTENT: '{"experimental":{"openTelemetry":true}}',
      // It ends without sending what waits: by default all that happened in the last five seconds.
      OTEL_BSP_SCHEDULE_DELAY: "300",
    }),
    plainArgs: ["run"],
  },
  copilot: {
    env: (url) => ({ COPILOT_OTEL_ENABLED: "true", ...OTLP(url) }),
    plainArgs: ["-p", "--prompt"],
  },
};

/** `undefined` for a program that is no coding agent that is known here. */
export function codingAgentStart(
  command: string,
  args: readonly string[],
  url: string,
  env: NodeJS.ProcessEnv,
): CodingAgentStart | undefined {
  const name = basename(command).replace(/\.(?:exe|cmd|js)$/, "");
  const agent = Object.hasOwn(CODING_AGENTS, name) ? CODING_AGENTS[name] : undefined;
  if (agent === undefined) return undefined;
  const given = Object.entries(agent.env(url)).filter(([variable]) => !env[variable]);
  return {
    env: { AGENT_ACTIONS_HOOK_URL: url, ...Object.fromEntries(given) },
    args: [...(agent.args?.(url) ?? []), ...args],
    isPlain: args.some((arg) => agent.plainArgs.includes(arg)),
  };
}
