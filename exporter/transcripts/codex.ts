/**
 * Rollouts of Codex: `~/.codex/sessions/<year>/<month>/<day>/rollout-<time>-<id>.jsonl`, `{timestamp, type, payload}` a line. Calls are response items
 * (function_call, custom_tool_call) with their outputs; what was really done is in the completed items of the same id. Read with 0.171.0; the form
 * is that of `RolloutItem` in codex-rs/protocol.
 */
import type { ActionReport, ReportedSession } from "../read/reports/report.js";
import { codexDecision, codexParameters, codexResult, itemCall } from "./codex-calls.js";
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
import { sessionAt, type TranscriptSession } from "./transcript-session.js";

export const codexTranscripts: TranscriptFormat = {
  name: "codex",
  places: [
    {
      folder: ".codex",
      variable: "CODEX_HOME",
      files: /^(?:sessions|archived_sessions)\/(?:.+\/)?rollout-[^/]+\.jsonl$/,
    },
  ],
  matches: (value) => {
    const { type, payload, timestamp } = membersOf(value);
    return (
      typeof timestamp === "string" &&
      typeof payload === "object" &&
      typeof type === "string" &&
      LINES.has(type)
    );
  },
  open: (file) => new CodexReader(file),
};

const LINES: ReadonlySet<string> = new Set([
  "session_meta",
  "turn_context",
  "event_msg",
  "response_item",
  "compacted",
  "token_usage_record",
  "world_state",
  "ghost_snapshot",
]);

/** Response items by which a tool is called, and what it gives. */
const CALLS = new Set(["function_call", "custom_tool_call", "local_shell_call", "tool_search_call"]);
const OUTPUTS = new Set(["function_call_output", "custom_tool_call_output", "tool_search_output"]);

class CodexReader implements TranscriptReader {
  version: string | undefined;
  readonly #unknown = new UnknownValues();
  readonly #calls = new Map<string, TranscriptCall>();
  /** Completed items of calls whose output has not come. */
  readonly #items = new Map<string, Members>();
  readonly #callsOfAgents: Map<string, string>;
  #session: TranscriptSession = { agent: "codex" };
  #parent: string | undefined;
  #prompt: PromptRun | undefined;
  #turn: string | undefined;
  #model: string | undefined;
  #hasUsageRecords = false;

  constructor({ callsOfAgents }: TranscriptFile) {
    this.#callsOfAgents = callsOfAgents;
  }

  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown.counts;
  }

  read(value: object): readonly ActionReport[] {
    const { type, payload: given, timestamp } = value as Members;
    const payload = membersOf(given);
    const millis = millisOf(timestamp) ?? 0;
    switch (type) {
      case "session_meta":
        this.#meta(payload);
        return [];
      case "turn_context":
        this.#session = { ...this.#session, cwd: textOf(payload.cwd) ?? this.#session.cwd };
        this.#model = textOf(payload.model) ?? this.#model;
        return [];
      case "response_item":
        return this.#item(payload, millis);
      case "event_msg":
        return this.#event(payload, millis);
      case "token_usage_record":
        this.#hasUsageRecords = true;
        this.#count(membersOf(payload.usage));
        return [];
      case "compacted":
        return [
          momentReport(this.#at(millis), millis, {
            key: `compaction:${String(timestamp)}`,
            name: "compaction",
            details: {},
          }),
        ];
      default:
        if (typeof type !== "string" || !LINES.has(type)) this.#unknown.add(type);
        return [];
    }
  }

  unfinished(): readonly ActionReport[] {
    const prompt = this.#prompt?.reports(false) ?? [];
    return [...[...this.#calls.values()].map((call) => callReport(call)), ...prompt];
  }

  #at = (millis: number): ReportedSession => sessionAt(this.#session, millis);

  #meta(payload: Members): void {
    // A file of a fork begins with its own line, and goes on with those of the earlier session.
    if (this.#session.id !== undefined) return;
    this.version = textOf(payload.cli_version);
    const spawn = membersOf(membersOf(membersOf(payload.source).subagent).thread_spawn);
    const thread = textOf(payload.id);
    const parentThread = textOf(spawn.parent_thread_id) ?? textOf(payload.parent_thread_id);
    this.#session = {
      ...this.#session,
      id:
        parentThread === undefined
          ? (thread ?? textOf(payload.session_id))
          : (textOf(payload.session_id) ?? parentThread),
      version: this.version,
      cwd: textOf(payload.cwd),
      agentName: textOf(spawn.agent_role) ?? textOf(spawn.agent_nickname),
      origin: textOf(payload.forked_from_id),
      startMillis: millisOf(payload.timestamp),
    };
    this.#parent = thread === undefined ? undefined : this.#callsOfAgents.get(thread);
  }

  #item(item: Members, millis: number): readonly ActionReport[] {
    const type = String(item.type);
    const id = textOf(item.call_id) ?? textOf(item.id);
    if (CALLS.has(type) && id !== undefined) {
      this.#prompt?.at(millis);
      this.#calls.set(id, {
        callId: id,
        name: textOf(item.name) ?? type.replace(/_call$/, ""),
        parameters: codexParameters(item),
        startMillis: millis,
        session: this.#at(millis),
        parentCallKey: this.#parent,
      });
      return [];
    }
    if (OUTPUTS.has(type) && id !== undefined) return this.#output(id, item.output ?? item.tools, millis);
    return [];
  }

  #output(id: string, output: unknown, millis: number): readonly ActionReport[] {
    const call = this.#calls.get(id);
    if (call === undefined) return [];
    this.#calls.delete(id);
    this.#prompt?.at(millis);
    const item = this.#items.get(id) ?? {};
    this.#items.delete(id);
    if (item.status === "declined")
      return [
        refusedReport(call, millis, messageText(output) ?? output, { approvedBy: "user", method: "human" }),
      ];
    const started = millisOf(item.started_at_ms);
    const done = callReport(
      started === undefined ? call : { ...call, startMillis: Math.max(started, call.startMillis) },
      { endMillis: millisOf(item.completed_at_ms) ?? millis, ...codexResult(call, output, item) },
    );
    return [done, ...codexDecision(call, millis, output, this.#callsOfAgents)];
  }

  #event(event: Members, millis: number): readonly ActionReport[] {
    switch (event.type) {
      case "task_started":
      case "turn_started":
        this.#turn = textOf(event.turn_id);
        return [];
      case "user_message":
        return this.#asked(textOf(event.message), millis);
      case "item_completed":
        return this.#completed(event, millis);
      case "token_count":
        if (!this.#hasUsageRecords) this.#count(membersOf(membersOf(event.info).last_token_usage));
        return [];
      case "task_complete":
      case "turn_complete":
        this.#prompt?.at(millis);
        this.#prompt?.ended("success");
        return [];
      case "turn_aborted":
        this.#prompt?.at(millis);
        this.#prompt?.ended("cancelled");
        return [];
      case "error":
      case "stream_error":
        return this.#failed(event, millis);
      default:
        return [];
    }
  }

  #asked(text: string | undefined, millis: number): readonly ActionReport[] {
    const id = this.#turn ?? `${this.#session.id}:${millis}`;
    if (text === undefined || id === this.#prompt?.id) return [];
    const before = this.#prompt?.reports(true) ?? [];
    this.#prompt = new PromptRun(id, this.#at(millis), text, millis);
    return [...before, this.#prompt.promptReport()];
  }

  #completed(event: Members, millis: number): readonly ActionReport[] {
    const item = membersOf(event.item);
    if (item.type === "UserMessage") return this.#asked(messageText(item.content), millis);
    const id = textOf(item.id);
    if (id === undefined) return [];
    const told = { ...item, started_at_ms: event.started_at_ms, completed_at_ms: event.completed_at_ms };
    if (this.#calls.has(id)) {
      this.#items.set(id, told);
      return [];
    }
    // A call that code made which the model wrote: it is inside the call that runs the code.
    const [around] = this.#calls.size === 1 ? this.#calls.keys() : [];
    const inner = itemCall(id, told, millis, this.#at(millis), around ?? this.#parent);
    return inner === undefined
      ? []
      : [callReport(inner, { endMillis: millis, ...codexResult(inner, undefined, told) })];
  }

  #failed(event: Members, millis: number): readonly ActionReport[] {
    const message = textOf(event.message) ?? "the model's API failed";
    // What is tried again is no end.
    if (event.type === "error") this.#prompt?.ended("error", message);
    const info = event.codex_error_info;
    const type = textOf(info) ?? Object.keys(membersOf(info))[0] ?? "api_error";
    return [
      momentReport(this.#at(millis), millis, {
        key: `api-error:${millis}`,
        failure: { type, message },
        context: { will_retry: event.type === "stream_error" },
      }),
    ];
  }

  #count(usage: Members): void {
    if (listOf(Object.keys(usage)).length === 0) return;
    this.#prompt?.answered(
      this.#model,
      tokens({
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cache_read_input_tokens: usage.cached_input_tokens,
        cache_creation_input_tokens: usage.cache_write_input_tokens,
        reasoning_output_tokens: usage.reasoning_output_tokens,
      }),
    );
  }
}
