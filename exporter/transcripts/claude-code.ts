/**
 * Transcripts of Claude Code: `~/.claude/projects/<folder>/<session>.jsonl`, those of sub-agents in files of their own below
 * `<session>/subagents` (before 2.1 among the lines of the session). One value a line, of a type; what an agent did is in the content
 * of the lines `assistant` (tool_use) and `user` (tool_result, and its raw form in `toolUseResult`). Read with 2.1.197 and 2.1.332; there is no
 * specification of the form.
 */
import { basename } from "node:path/posix";
import type { ActionReport, ReportedSession } from "../read/reports/report.js";
import { claudeDecision, claudeRefusal } from "./claude-decisions.js";
import { claudeExtras, claudeResult } from "./claude-results.js";
import {
  listOf,
  type Members,
  membersOf,
  messageText,
  millisOf,
  textOf,
  tokens,
  UnknownValues,
} from "./members.js";
import { PromptRun } from "./prompt-run.js";
import { callReport, momentReport, refusedReport, type TranscriptCall } from "./session-reports.js";
import type { TranscriptFile, TranscriptFormat, TranscriptReader } from "./transcript-format.js";

export const claudeCodeTranscripts: TranscriptFormat = {
  name: "claude-code",
  places: [{ folder: ".claude", variable: "CLAUDE_CONFIG_DIR", files: /^projects\/.+\.jsonl$/ }],
  matches: (value) => {
    const { sessionId, type, uuid, message, leafUuid } = membersOf(value);
    if (typeof type !== "string") return false;
    const isMessage = typeof sessionId === "string" && (typeof uuid === "string" || QUIET.has(type));
    return (
      isMessage ||
      (QUIET.has(type) && (leafUuid !== undefined || message !== undefined || "messageId" in value))
    );
  },
  companionOf: (path) =>
    /[\\/]subagents[\\/]agent-[^\\/]+\.jsonl$/.test(path)
      ? path.replace(/\.jsonl$/, ".meta.json")
      : undefined,
  open: (file) => new ClaudeReader(file),
};

/** Lines in which nothing is done. */
const QUIET: ReadonlySet<string> = new Set([
  "agent-color",
  "agent-name",
  "agent-setting",
  "ai-title",
  "api-request",
  "api-request-blob",
  "api-request-shape",
  "atis-latch",
  "attachment",
  "attribution-snapshot",
  "bridge-session",
  "content-replacement",
  "cost-state",
  "custom-title",
  "ended-by-model",
  "file-history-snapshot",
  "fork-context-ref",
  "frame-link",
  "isolation-latch",
  "last-prompt",
  "marble-origami-commit",
  "marble-origami-reset",
  "marble-origami-snapshot",
  "mode",
  "permission-mode",
  "pr-link",
  "progress",
  "queue-operation",
  "relocated",
  "speculation-accept",
  "summary",
  "tag",
  "tools-used",
  "worktree-state",
]);

class ClaudeReader implements TranscriptReader {
  version: string | undefined;
  readonly #unknown = new UnknownValues();
  readonly #calls = new Map<string, TranscriptCall>();
  readonly #callsOfAgents: Map<string, string>;
  /** Of the file of a sub-agent: the call that began it. */
  readonly #parent: string | undefined;
  /** Lines that are read: the file repeats some of them. */
  readonly #lines = new Set<string>();
  readonly #answers = new Set<string>();
  #prompt: PromptRun | undefined;

  constructor({ companion, callsOfAgents }: TranscriptFile) {
    this.#callsOfAgents = callsOfAgents;
    this.#parent = textOf(membersOf(companion).toolUseId);
  }

  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown.counts;
  }

  read(value: object): readonly ActionReport[] {
    const line = value as Members;
    const uuid = textOf(line.uuid);
    if (uuid !== undefined) {
      if (this.#lines.has(uuid)) return [];
      this.#lines.add(uuid);
    }
    this.version = textOf(line.version) ?? this.version;
    switch (line.type) {
      case "assistant":
        return this.#assistant(line);
      case "user":
        return this.#user(line);
      case "system":
        return this.#system(line);
      default:
        if (typeof line.type !== "string" || !QUIET.has(line.type)) this.#unknown.add(line.type);
        return [];
    }
  }

  unfinished(): readonly ActionReport[] {
    const prompt = this.#prompt?.reports(false) ?? [];
    return [...[...this.#calls.values()].map((call) => callReport(call)), ...prompt];
  }

  #assistant(line: Members): readonly ActionReport[] {
    const millis = millisOf(line.timestamp) ?? 0;
    const message = membersOf(line.message);
    this.#prompt?.at(millis);
    if (line.isApiErrorMessage === true) return this.#apiError(line, message, millis);
    this.#count(message);
    if (message.stop_reason === "end_turn" || message.stop_reason === "stop_sequence")
      this.#prompt?.ended("success");
    for (const part of listOf(message.content)) {
      const { type, id, name, input } = membersOf(part);
      if (type !== "tool_use" || typeof id !== "string" || typeof name !== "string") continue;
      this.#calls.set(id, {
        callId: id,
        name,
        parameters: input,
        startMillis: millis,
        session: sessionOf(line),
        parentCallKey: this.#parentOf(line),
      });
    }
    return [];
  }

  // An answer is written a part a line, with the same usage in each.
  #count(message: Members): void {
    const id = textOf(message.id);
    if (id === undefined || this.#answers.has(id)) return;
    this.#answers.add(id);
    const usage = membersOf(message.usage);
    this.#prompt?.answered(
      textOf(message.model),
      tokens({
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cache_read_input_tokens: usage.cache_read_input_tokens,
        cache_creation_input_tokens: usage.cache_creation_input_tokens,
      }),
    );
  }

  #apiError(line: Members, message: Members, millis: number): readonly ActionReport[] {
    const text = messageText(message.content) ?? "API error";
    const status = typeof line.apiErrorStatus === "number" ? line.apiErrorStatus : undefined;
    const kind = line.error === "unknown" ? undefined : textOf(line.error);
    const type = kind ?? (status === undefined ? "api_error" : String(status));
    const requestId = textOf(line.requestId);
    this.#prompt?.ended("error", text);
    return [
      momentReport(sessionOf(line), millis, {
        key: requestId === undefined ? `api-error:${String(line.uuid)}` : `request:${requestId}`,
        parentCallKey: this.#parentOf(line),
        failure: { type, message: text },
        context: { http_status: status },
      }),
    ];
  }

  #user(line: Members): readonly ActionReport[] {
    const millis = millisOf(line.timestamp) ?? 0;
    const message = membersOf(line.message);
    const results = listOf(message.content).filter((part) => membersOf(part).type === "tool_result");
    if (results.length > 0) {
      this.#prompt?.at(millis);
      return results.flatMap((part) => this.#result(line, membersOf(part), millis));
    }
    const text = messageText(message.content);
    if (text?.startsWith("[Request interrupted by user")) {
      this.#prompt?.at(millis);
      this.#prompt?.ended("cancelled");
      return [];
    }
    // What a command of the program itself printed: no model answers it.
    if (text?.startsWith("<local-command-std") && textOf(line.promptId) === this.#prompt?.id) {
      this.#prompt?.at(millis);
      this.#prompt?.ended("success");
      return [];
    }
    return this.#newPrompt(line, text, millis);
  }

  #newPrompt(line: Members, text: string | undefined, millis: number): readonly ActionReport[] {
    const isOfPerson = line.isMeta !== true && line.isSidechain !== true && line.isCompactSummary !== true;
    const id = textOf(line.promptId) ?? textOf(line.uuid);
    if (!isOfPerson || id === undefined || text === undefined || id === this.#prompt?.id) return [];
    const before = this.#prompt?.reports(true) ?? [];
    this.#prompt = new PromptRun(id, sessionOf(line), text, millis);
    return [...before, this.#prompt.promptReport()];
  }

  #result(line: Members, part: Members, millis: number): readonly ActionReport[] {
    const id = textOf(part.tool_use_id);
    const call = id === undefined ? undefined : this.#calls.get(id);
    if (id === undefined || call === undefined) return [];
    this.#calls.delete(id);
    const raw = line.toolUseResult;
    const told = messageText(part.content);
    const agent = textOf(membersOf(raw).agentId);
    if (agent !== undefined) this.#callsOfAgents.set(agent, id);
    const refusal =
      part.is_error === true && told !== undefined
        ? claudeRefusal(told, membersOf(line.permissionDecision))
        : undefined;
    if (refusal !== undefined) return [refusedReport(call, millis, refusal.reason, refusal.approval)];
    const ended = callReport(call, {
      endMillis: millis,
      result: claudeResult(raw, told),
      failure:
        part.is_error === true ? { type: "tool_error", message: told ?? "the tool failed" } : undefined,
      extras: claudeExtras(call.parameters, raw),
    });
    return [ended, ...claudeDecision(call, millis, raw, told, part.is_error === true)];
  }

  #system(line: Members): readonly ActionReport[] {
    const millis = millisOf(line.timestamp) ?? 0;
    if (line.subtype === "compact_boundary") {
      const { trigger, preTokens } = membersOf(line.compactMetadata);
      return [
        momentReport(sessionOf(line), millis, {
          key: `compaction:${String(preTokens ?? line.uuid)}`,
          parentCallKey: this.#parentOf(line),
          name: "compaction",
          details: { trigger, tokens_before: preTokens },
        }),
      ];
    }
    return [];
  }

  #parentOf(line: Members): string | undefined {
    if (line.isSidechain !== true) return undefined;
    const agent = textOf(line.agentId);
    return this.#parent ?? (agent === undefined ? undefined : this.#callsOfAgents.get(agent));
  }
}

function sessionOf(line: Members): ReportedSession {
  const cwd = textOf(line.cwd);
  const version = textOf(line.version);
  // A session that was forked repeats what the earlier one did.
  const origin = textOf(membersOf(line.forkedFrom).sessionId);
  return {
    id: origin ?? textOf(line.sessionId),
    agentName: textOf(line.attributionAgent) ?? AGENT,
    agentVersion: version,
    serviceName: AGENT,
    serviceVersion: version,
    projectPath: cwd,
    projectName: cwd === undefined ? undefined : basename(cwd.replaceAll("\\", "/")),
    workingDirectory: cwd,
  };
}

const AGENT = "claude-code";
