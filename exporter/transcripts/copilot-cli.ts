/**
 * Sessions of GitHub Copilot CLI: `~/.copilot/session-state/<session>/events.jsonl`, an event a line with `type`, `data` and, in a sub-agent, `agentId`. A call is
 * `tool.execution_start` and `tool.execution_complete`. Recorded with 1.0.102; there is no specification of the form.
 */
import {
  COPILOT_CLI,
  COPILOT_FILE_OPERATIONS,
  copilotOutcome,
  copilotRefusal,
} from "../read/dialects/copilot-cli/copilot-calls.js";
import type { ActionReport, ReportedSession } from "../read/reports/report.js";
import { type Members, membersOf, millisOf, numberOf, textOf, tokens, UnknownValues } from "./members.js";
import { PromptRun } from "./prompt-run.js";
import {
  callReport,
  decisionReport,
  momentReport,
  refusedReport,
  type TranscriptCall,
} from "./session-reports.js";
import type { TranscriptFormat, TranscriptReader } from "./transcript-format.js";
import { sessionAt, type TranscriptSession } from "./transcript-session.js";

export const copilotCliTranscripts: TranscriptFormat = {
  name: "copilot-cli",
  places: [{ folder: ".copilot", variable: "COPILOT_HOME", files: /^session-state\/[^/]+\/events\.jsonl$/ }],
  matches: (value) => {
    const { type, data } = membersOf(value);
    return type === "session.start" && membersOf(data).producer === "copilot-agent";
  },
  open: () => new CopilotReader(),
};

/** What tells of the program, of the model's messages, or again of what other events tell. */
const QUIET =
  /^(?:assistant\.|system\.|hook\.|permission\.|subagent\.configured|subagent\.selected|subagent\.deselected|user_input\.requested|tool\.user_requested|session\.(?:start|resume|info|warning|idle|title|model_change|mode|context|import|truncation|shutdown|task|background|usage_info|compaction_start|snapshot|workspace|tools|skills|mcp|handoff|plan))/;

class CopilotReader implements TranscriptReader {
  version: string | undefined;
  readonly #unknown = new UnknownValues();
  readonly #open = new Map<string, TranscriptCall>();
  /** Names of the sub-agents by their ids. */
  readonly #agents = new Map<string, string>();
  #session: TranscriptSession = { agent: COPILOT_CLI };
  #prompt: PromptRun | undefined;

  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown.counts;
  }

  read(value: object): readonly ActionReport[] {
    const event = value as Members;
    const data = membersOf(event.data);
    const millis = millisOf(event.timestamp) ?? 0;
    switch (event.type) {
      case "session.start":
      case "session.resume":
        this.#begin(data);
        return [];
      case "user.message":
        return event.agentId === undefined ? this.#asked(data, millis) : [];
      case "session.usage_record":
        return this.#used(membersOf(data.usage));
      case "tool.execution_start":
        return this.#started(event, data, millis);
      case "tool.execution_complete":
        return this.#completed(data, millis);
      case "subagent.started":
        this.#agents.set(String(event.agentId), textOf(data.agentName) ?? "subagent");
        return [];
      case "subagent.completed":
      case "subagent.failed":
        return this.#delegated(data, millis);
      case "assistant.turn_end":
        if (event.agentId === undefined) this.#prompt?.at(millis);
        return [];
      case "assistant.message":
        if (event.agentId === undefined && isAnswer(data)) this.#prompt?.ended("success");
        return [];
      case "session.compaction_complete":
        return this.#compacted(event, data, millis);
      case "session.error":
        return this.#failed(event, data, millis);
      case "abort":
        this.#prompt?.ended("cancelled");
        return [];
      default:
        if (typeof event.type !== "string" || !QUIET.test(event.type)) this.#unknown.add(event.type);
        return [];
    }
  }

  unfinished(): readonly ActionReport[] {
    const prompt = this.#prompt?.reports(false) ?? [];
    return [...[...this.#open.values()].map((call) => callReport(call)), ...prompt];
  }

  #begin(data: Members): void {
    this.version = textOf(data.copilotVersion) ?? this.version;
    this.#session = {
      agent: COPILOT_CLI,
      id: textOf(data.sessionId) ?? this.#session.id,
      version: this.version,
      cwd: textOf(membersOf(data.context).cwd) ?? this.#session.cwd,
    };
  }

  #at = (millis: number, agentId?: unknown): ReportedSession =>
    sessionAt({ ...this.#session, agentName: this.#agents.get(String(agentId)) }, millis);

  #asked(data: Members, millis: number): readonly ActionReport[] {
    const text = textOf(data.content);
    const id = textOf(data.messageId) ?? textOf(data.interactionId);
    if (text === undefined || id === undefined) return [];
    const before = this.#prompt?.reports(true) ?? [];
    this.#prompt = new PromptRun(id, this.#at(millis), text, millis);
    return [...before, this.#prompt.promptReport()];
  }

  #used(usage: Members): readonly ActionReport[] {
    this.#prompt?.answered(
      textOf(usage.model),
      tokens({
        input_tokens: usage.inputTokens,
        output_tokens: usage.outputTokens,
        cache_read_input_tokens: usage.cacheReadTokens,
        cache_creation_input_tokens: usage.cacheWriteTokens,
      }),
    );
    return [];
  }

  #started(event: Members, data: Members, startMillis: number): readonly ActionReport[] {
    const callId = textOf(data.toolCallId);
    const name = textOf(data.toolName);
    if (callId === undefined || name === undefined) return [];
    this.#open.set(callId, {
      callId,
      name,
      parameters: data.arguments,
      startMillis,
      session: this.#at(startMillis, event.agentId),
      parentCallKey: textOf(data.parentToolCallId),
      extras: { file_operation: COPILOT_FILE_OPERATIONS[name], mcp_server: textOf(data.mcpServerName) },
    });
    return [];
  }

  #completed(data: Members, endMillis: number): readonly ActionReport[] {
    const call = this.#open.get(String(data.toolCallId));
    if (call === undefined) return [];
    this.#open.delete(call.callId);
    this.#prompt?.at(endMillis);
    const error = membersOf(data.error);
    const message = textOf(error.message);
    const refusal = data.success === false ? copilotRefusal(error.code) : undefined;
    if (refusal !== undefined) return [refusedReport(call, endMillis, message, refusal)];
    const told = copilotOutcome(
      membersOf(data.result).content,
      numberOf(membersOf(data.shellExecution).exitCode),
    );
    const failure = data.success === false ? { type: "tool_error", message } : told.failure;
    const ended = callReport(call, { endMillis, result: told.result, failure });
    return call.name === "ask_user" ? [ended, answerReport(call, endMillis, told.result)] : [ended];
  }

  #delegated(data: Members, millis: number): readonly ActionReport[] {
    // It comes behind the end of the call, which is not open any more.
    const callId = textOf(data.toolCallId);
    const durationMillis = numberOf(data.durationMs) ?? 0;
    if (callId === undefined) return [];
    const startMillis = millis - durationMillis;
    const call: TranscriptCall = {
      callId,
      name: "task",
      parameters: undefined,
      startMillis,
      session: this.#at(startMillis),
      parentCallKey: undefined,
    };
    return [
      decisionReport(call, millis, {
        type: "handoff",
        name: textOf(data.agentName) ?? "subagent",
        context: { name: data.agentDisplayName },
        result: {
          model: data.model,
          total_tool_calls: data.totalToolCalls,
          total_tokens: data.totalTokens,
          error: data.error,
        },
      }),
    ];
  }

  #compacted(event: Members, data: Members, millis: number): readonly ActionReport[] {
    return [
      momentReport(this.#at(millis), millis, {
        key: `compaction:${String(event.id)}`,
        name: "compaction",
        details: {
          pre_tokens: numberOf(data.preCompactionTokens),
          post_tokens: numberOf(data.postCompactionTokens),
        },
      }),
    ];
  }

  #failed(event: Members, data: Members, millis: number): readonly ActionReport[] {
    const type = textOf(data.errorType) ?? "session_error";
    const message = textOf(data.message);
    this.#prompt?.ended("error", message ?? type);
    return [
      momentReport(this.#at(millis), millis, {
        key: `api-error:${String(event.id)}`,
        failure: { type, message },
        context: { http_status: numberOf(data.statusCode) },
      }),
    ];
  }
}

/** The model's last word: it asks for nothing more. */
const isAnswer = ({ toolRequests, content }: Members): boolean =>
  textOf(content) !== undefined && !(Array.isArray(toolRequests) && toolRequests.length > 0);

const answerReport = (call: TranscriptCall, endMillis: number, answer: unknown): ActionReport =>
  decisionReport(call, endMillis, {
    type: "elicitation",
    name: "user_question",
    context: call.parameters,
    result: answer,
    approval: { approvedBy: "user", method: "human" },
  });
