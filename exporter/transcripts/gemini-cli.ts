/**
 * Chats of Gemini CLI: `~/.gemini/tmp/<project>/chats/session-*.jsonl`, since 0.5x a record a line (a message, which comes again when it
 * has grown, or a change of the session); before that one JSON document with `messages`. A message of the model has its calls in
 * `toolCalls`, with their results. Read with 0.61.0; there is no specification of the form.
 */
import { basename, dirname } from "node:path";
import { parseUuid } from "../../src/event/index.js";
import { shellFailure } from "../read/dialects/gemini-cli/gemini-cli-shell.js";
import type { ActionReport, ReportedSession } from "../read/reports/report.js";
import { contentHashes } from "./content-hash.js";
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
import {
  callReport,
  decisionReport,
  momentReport,
  refusedReport,
  type TranscriptCall,
} from "./session-reports.js";
import type { TranscriptFile, TranscriptFormat, TranscriptReader } from "./transcript-format.js";
import { sessionAt, type TranscriptSession } from "./transcript-session.js";

export const geminiCliTranscripts: TranscriptFormat = {
  name: "gemini-cli",
  places: [{ folder: ".gemini", files: /^tmp\/[^/]+\/chats\/(?:.+\/)?[^/]+\.jsonl?$/ }],
  matches: (value) => {
    const { sessionId, projectHash } = membersOf(value);
    return typeof sessionId === "string" && typeof projectHash === "string";
  },
  open: (file) => new GeminiReader(file),
};

/** What the built-in tools do to files. */
const FILE_OPERATIONS: Readonly<Record<string, string>> = {
  read_file: "read",
  write_file: "write",
  replace: "edit",
  glob: "glob",
  grep_search: "grep",
  search_file_content: "grep",
};

class GeminiReader implements TranscriptReader {
  readonly version = undefined;
  readonly #unknown = new UnknownValues();
  /** Calls that are reported, and messages whose tokens are counted. */
  readonly #done = new Set<string>();
  /** Of a sub-agent: the session that it was begun in, which the folder is named after. */
  readonly #around: string | undefined;
  #session: TranscriptSession = { agent: "gemini-cli" };
  #prompt: PromptRun | undefined;

  constructor({ path }: TranscriptFile) {
    this.#around = parseUuid(basename(dirname(path)));
  }

  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown.counts;
  }

  read(value: object): readonly ActionReport[] {
    const record = value as Members;
    if (typeof record.projectHash === "string") this.#begin(record);
    const changed = membersOf(record.$set);
    if (typeof record.id === "string") return this.#message(record);
    const messages = listOf(record.messages ?? changed.messages);
    const isKnown = "projectHash" in record || "$set" in record || "$rewindTo" in record;
    if (!isKnown) this.#unknown.add(Object.keys(record)[0]);
    return messages.flatMap((message) => this.#message(membersOf(message)));
  }

  unfinished(): readonly ActionReport[] {
    return this.#prompt?.reports(false) ?? [];
  }

  #begin(record: Members): void {
    const [folder] = listOf(record.directories);
    this.#session = {
      ...this.#session,
      id: record.kind === "subagent" && this.#around !== undefined ? this.#around : textOf(record.sessionId),
      cwd: textOf(folder) ?? this.#session.cwd,
      ...(record.kind === "subagent" && { agentName: textOf(record.summary) ?? "subagent" }),
    };
  }

  #message(message: Members): readonly ActionReport[] {
    const millis = millisOf(message.timestamp) ?? 0;
    switch (message.type) {
      case "user":
        return this.#asked(message, millis);
      case "gemini":
        return this.#answered(message, millis);
      case "error":
        return this.#failed(message, millis);
      case "info":
      case "warning":
        return [];
      default:
        this.#unknown.add(message.type);
        return [];
    }
  }

  #asked(message: Members, millis: number): readonly ActionReport[] {
    const text = messageText(message.content);
    const id = textOf(message.id);
    if (text === undefined || id === undefined || text.startsWith("<session_context>")) return [];
    if (this.#done.has(`prompt ${id}`)) return [];
    this.#done.add(`prompt ${id}`);
    const before = this.#prompt?.reports(true) ?? [];
    this.#prompt = new PromptRun(id, this.#at(millis), text, millis);
    return [...before, this.#prompt.promptReport()];
  }

  #at = (millis: number): ReportedSession => sessionAt(this.#session, millis);

  #answered(message: Members, millis: number): readonly ActionReport[] {
    const id = `tokens ${String(message.id)}`;
    this.#prompt?.at(millis);
    if (!this.#done.has(id) && "tokens" in message) {
      this.#done.add(id);
      const counts = membersOf(message.tokens);
      this.#prompt?.answered(
        textOf(message.model),
        tokens({
          input_tokens: counts.input,
          output_tokens: counts.output,
          cache_read_input_tokens: counts.cached,
          reasoning_output_tokens: counts.thoughts,
        }),
      );
    }
    const calls = listOf(message.toolCalls);
    if (calls.length === 0 && textOf(message.content) !== undefined) this.#prompt?.ended("success");
    return calls.flatMap((call) => this.#call(membersOf(call), millis));
  }

  #call(told: Members, startMillis: number): readonly ActionReport[] {
    const id = textOf(told.id);
    const name = textOf(told.name);
    if (id === undefined || name === undefined || this.#done.has(id)) return [];
    const endMillis = millisOf(told.timestamp) ?? startMillis;
    const call: TranscriptCall = {
      callId: id,
      name,
      parameters: told.args,
      startMillis,
      session: this.#at(startMillis),
      extras: extrasOf(name, membersOf(told.resultDisplay)),
    };
    if (told.status !== "success" && told.status !== "error" && told.status !== "cancelled") return [];
    this.#done.add(id);
    this.#prompt?.at(endMillis);
    const { output, error } = responseOf(told.result);
    if (told.status === "cancelled")
      return [refusedReport(call, endMillis, error ?? output, { approvedBy: "user", method: "human" })];
    const hasFailed = told.status === "error";
    const failure = hasFailed
      ? { type: "tool_error", message: textOf(error) ?? textOf(output) }
      : shellFailure(name, output);
    const done = callReport(call, { endMillis, result: hasFailed ? undefined : output, failure });
    return [done, ...decisionOf(call, endMillis, output)];
  }

  #failed(message: Members, millis: number): readonly ActionReport[] {
    const text = messageText(message.content) ?? "error";
    this.#prompt?.at(millis);
    this.#prompt?.ended("error", text);
    return [
      momentReport(this.#at(millis), millis, {
        key: `api-error:${String(message.id)}`,
        failure: { type: "api_error", message: text },
        context: {},
      }),
    ];
  }
}

function responseOf(result: unknown): { readonly output: unknown; readonly error: unknown } {
  const responses = listOf(result).map((part) =>
    membersOf(membersOf(membersOf(part).functionResponse).response),
  );
  const [first = {}] = responses;
  return { output: first.output ?? messageText(result), error: first.error };
}

function extrasOf(name: string, display: Members): Members {
  const operation = FILE_OPERATIONS[name];
  const { originalContent: before, newContent: after, isNewFile } = display;
  return {
    ...(operation !== undefined && { file_operation: isNewFile === true ? "create" : operation }),
    ...contentHashes(
      typeof before === "string" && isNewFile !== true ? before : undefined,
      typeof after === "string" ? after : undefined,
    ),
  };
}

function decisionOf(call: TranscriptCall, endMillis: number, output: unknown): readonly ActionReport[] {
  const parameters = membersOf(call.parameters);
  const approval = { approvedBy: "user", method: "human" };
  if (call.name === "ask_user")
    return [
      decisionReport(call, endMillis, {
        type: "elicitation",
        name: "user_question",
        context: { questions: parameters.questions },
        result: output,
        approval,
      }),
    ];
  if (call.name === "exit_plan_mode")
    return [
      decisionReport(call, endMillis, {
        type: "plan",
        name: "plan_approval",
        context: parameters,
        result: { answer: output },
        approval,
      }),
    ];
  return [];
}
