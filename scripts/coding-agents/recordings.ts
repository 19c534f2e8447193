import { readFileSync } from "node:fs";
import type { ActionEvent } from "../../src/event/index.js";
import { HOOK_AGENTS, type HookAgent } from "../../src/hook/payloads/index.js";
import { logOutcomes, type RecordedRequest, spanActions } from "../../test/helpers/coding-agents.js";
import { eventsOf } from "../../test/unit/exporter/transcripts/read-transcript.js";
import type { CallFact } from "./compare-calls.js";

/** What one way told of a recorded session: how much came, and the events that were made of it. */
export interface WayTold {
  readonly way: "logs" | "spans" | "hooks" | "transcript";
  /** Log records, spans, payloads of hooks, lines or messages of a transcript. */
  readonly taken: number;
  readonly events: readonly ActionEvent[];
}

export interface Recording {
  readonly agent: string;
  readonly version: string;
  readonly facts: readonly CallFact[];
  readonly ways: readonly WayTold[];
}

const FOLDER = "test/fixtures/coding-agents/";

const textOf = (file: string): string => readFileSync(file, "utf8");
const linesOf = (file: string): readonly string[] => textOf(file).trim().split("\n");
const requestsOf = (file: string): readonly RecordedRequest[] =>
  linesOf(file).map((line) => {
    const value = JSON.parse(line) as RecordedRequest | { readonly resourceLogs?: unknown };
    if ("path" in value) return value;
    return { path: "resourceLogs" in value ? "/v1/logs" : "/v1/traces", body: value } as RecordedRequest;
  });

async function logs(file: string): Promise<WayTold> {
  const outcomes = await logOutcomes(requestsOf(file));
  const events = outcomes.flatMap((one) => (one.outcome === "event" ? [one.event as ActionEvent] : []));
  return { way: "logs", taken: outcomes.length, events };
}

async function spans(file: string): Promise<WayTold> {
  const requests = requestsOf(file).filter(({ path }) => path === "/v1/traces");
  const taken = [...JSON.stringify(requests).matchAll(/"spanId":/g)].length;
  return { way: "spans", taken, events: await spanActions(requests) };
}

function hooks(agent: HookAgent, file: string): WayTold {
  const payloads = linesOf(file).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const events = payloads.flatMap((payload) => HOOK_AGENTS[agent](payload, 0)) as unknown as ActionEvent[];
  return { way: "hooks", taken: payloads.length, events };
}

function transcript(...files: readonly string[]): WayTold {
  const callsOfAgents = new Map<string, string>();
  const told = files.map((file) => {
    const companion = file.includes("/subagents/")
      ? JSON.parse(textOf(file.replace(/\.jsonl$/, ".meta.json")))
      : undefined;
    return eventsOf(textOf(file), { path: file, companion, callsOfAgents }).events;
  });
  const taken = files.reduce((sum, file) => {
    if (file.endsWith(".jsonl")) return sum + linesOf(file).length;
    return sum + (JSON.parse(textOf(file)) as { messages: readonly unknown[] }).messages.length;
  }, 0);
  return { way: "transcript", taken, events: told.flat() as unknown as ActionEvent[] };
}

const factsOf = (folder: string): readonly CallFact[] =>
  (JSON.parse(textOf(`${FOLDER}${folder}/facts.json`)) as { readonly calls: readonly CallFact[] }).calls;

/** Every recording of one session that several ways tell. */
export async function recordings(): Promise<readonly Recording[]> {
  const claude = `${FOLDER}claude-code-four-ways`;
  const answered = `${FOLDER}claude-code-answered`;
  return [
    {
      agent: "Claude Code",
      version: "2.1.197",
      facts: factsOf("claude-code-four-ways"),
      ways: [
        await logs(`${claude}/logs.jsonl`),
        await spans(`${claude}/traces.jsonl`),
        hooks("claude-code", `${claude}/hooks.jsonl`),
        transcript(`${claude}/session.jsonl`, `${claude}/session/subagents/agent-a3312ff9f20bd8285.jsonl`),
      ],
    },
    {
      agent: "Claude Code",
      version: "2.1.332",
      facts: factsOf("claude-code-answered"),
      ways: [
        await logs(`${answered}/logs.jsonl`),
        await spans(`${answered}/traces.jsonl`),
        hooks("claude-code", `${answered}/hooks.jsonl`),
        transcript(
          `${answered}/session.jsonl`,
          `${answered}/session/subagents/agent-a686f73728bd3f862.jsonl`,
        ),
      ],
    },
    {
      agent: "Codex",
      version: "0.171.0",
      facts: factsOf("codex"),
      ways: [
        await logs(`${FOLDER}codex/logs.otlp.jsonl`),
        hooks("codex", `${FOLDER}codex/hooks.jsonl`),
        transcript(`${FOLDER}codex/session.jsonl`),
      ],
    },
    {
      agent: "Gemini CLI",
      version: "0.61.0",
      facts: factsOf("gemini-cli"),
      ways: [
        await logs(`${FOLDER}gemini-cli/logs.otlp.jsonl`),
        hooks("gemini-cli", `${FOLDER}gemini-cli/hooks.jsonl`),
        transcript(`${FOLDER}gemini-cli/session.jsonl`),
      ],
    },
    {
      agent: "Qwen Code",
      version: "0.15.10",
      facts: factsOf("qwen-code"),
      ways: [
        await logs(`${FOLDER}qwen-code/logs.otlp.jsonl`),
        hooks("qwen-code", `${FOLDER}qwen-code/hooks.jsonl`),
      ],
    },
    {
      agent: "OpenCode",
      version: "1.18.33",
      facts: factsOf("opencode"),
      ways: [
        await spans(`${FOLDER}opencode/traces.otlp.jsonl`),
        transcript(`${FOLDER}opencode/session.json`, `${FOLDER}opencode/subagent.json`),
      ],
    },
    {
      agent: "Copilot CLI",
      version: "1.0.102",
      facts: factsOf("copilot-cli"),
      ways: [
        await spans(`${FOLDER}copilot-cli/traces.otlp.jsonl`),
        hooks("copilot-cli", "test/fixtures/hooks/copilot-cli.jsonl"),
        transcript(`${FOLDER}copilot-cli/session.jsonl`),
      ],
    },
  ];
}
