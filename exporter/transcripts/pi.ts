/**
 * Sessions of pi: `~/.pi/agent/sessions/<folder>/<time>_<id>.jsonl`. A header, then an entry a line: messages of the user, of the model (with its
 * calls) and of tools (with a call's result), compactions, changes of the model. Described in docs/session.md of the package; read with sessions of December 2025.
 */
import type { ActionReport } from "../read/reports/report.js";
import { contentHashes } from "./content-hash.js";
import {
  listOf,
  type Members,
  membersOf,
  messageText,
  millisOf,
  numberOf,
  textOf,
  tokens,
  UnknownValues,
} from "./members.js";
import { PromptRun } from "./prompt-run.js";
import { callReport, momentReport, type TranscriptCall } from "./session-reports.js";
import type { TranscriptFormat, TranscriptReader } from "./transcript-format.js";
import { sessionAt, type TranscriptSession } from "./transcript-session.js";

export const piTranscripts: TranscriptFormat = {
  name: "pi",
  places: [{ folder: ".pi/agent", variable: "PI_CODING_AGENT_DIR", files: /^sessions\/.+\.jsonl$/ }],
  matches: (value) => {
    const { type, id, cwd, timestamp } = membersOf(value);
    return (
      type === "session" && typeof id === "string" && typeof cwd === "string" && typeof timestamp === "string"
    );
  },
  open: () => new PiReader(),
};

/** Entries in which nothing is done. */
const QUIET = new Set([
  "model_change",
  "thinking_level_change",
  "branch_summary",
  "custom",
  "custom_message",
  "label",
  "session_info",
]);

class PiReader implements TranscriptReader {
  version: string | undefined;
  readonly #unknown = new UnknownValues();
  readonly #calls = new Map<string, TranscriptCall>();
  #session: TranscriptSession = { agent: "pi" };
  #prompt: PromptRun | undefined;

  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown.counts;
  }

  read(value: object): readonly ActionReport[] {
    const entry = value as Members;
    const millis = millisOf(entry.timestamp) ?? 0;
    switch (entry.type) {
      case "session":
        this.#begin(entry, millis);
        return [];
      case "message":
        return this.#message(entry, membersOf(entry.message), millis);
      case "compaction":
        return [
          momentReport(sessionAt(this.#session, millis), millis, {
            key: `compaction:${String(entry.id ?? entry.timestamp)}`,
            name: "compaction",
            details: { tokens_before: entry.tokensBefore },
          }),
        ];
      default:
        if (typeof entry.type !== "string" || !QUIET.has(entry.type)) this.#unknown.add(entry.type);
        return [];
    }
  }

  unfinished(): readonly ActionReport[] {
    const prompt = this.#prompt?.reports(false) ?? [];
    return [...[...this.#calls.values()].map((call) => callReport(call)), ...prompt];
  }

  #begin(header: Members, millis: number): void {
    const from = textOf(header.branchedFrom) ?? textOf(header.parentSession);
    if (numberOf(header.version) !== undefined) this.version = `form ${String(header.version)}`;
    this.#session = {
      agent: "pi",
      id: textOf(header.id),
      // Named by its file.
      origin: from === undefined ? undefined : /_([0-9a-f-]{36})\.jsonl$/.exec(from)?.[1],
      startMillis: millis,
      cwd: textOf(header.cwd),
    };
  }

  #message(entry: Members, message: Members, millis: number): readonly ActionReport[] {
    switch (message.role) {
      case "user":
        return this.#asked(entry, message, millis);
      case "assistant":
        return this.#answered(entry, message, millis);
      case "toolResult":
        return this.#result(message, millis);
      // What the user ran, and what extensions say.
      case "bashExecution":
      case "custom":
      case "hookMessage":
      case "branchSummary":
      case "compactionSummary":
        return [];
      default:
        this.#unknown.add(`message of ${String(message.role)}`);
        return [];
    }
  }

  #asked(entry: Members, message: Members, millis: number): readonly ActionReport[] {
    const text = messageText(message.content);
    if (text === undefined) return [];
    const session = sessionAt(this.#session, millis);
    const before = this.#prompt?.reports(true) ?? [];
    const id = `${session.id}:${String(entry.id ?? millis)}`;
    this.#prompt = new PromptRun(id, session, text, millis);
    return [...before, this.#prompt.promptReport()];
  }

  #answered(entry: Members, message: Members, millis: number): readonly ActionReport[] {
    const usage = membersOf(message.usage);
    this.#prompt?.at(millis);
    this.#prompt?.answered(
      textOf(message.model),
      tokens({
        input_tokens: usage.input,
        output_tokens: usage.output,
        cache_read_input_tokens: usage.cacheRead,
        cache_creation_input_tokens: usage.cacheWrite,
      }),
      numberOf(membersOf(usage.cost).total),
    );
    for (const part of listOf(message.content)) {
      const { type, id, name, arguments: parameters } = membersOf(part);
      if (type !== "toolCall" || typeof id !== "string" || typeof name !== "string") continue;
      const session = sessionAt(this.#session, millis);
      this.#calls.set(id, { callId: id, name, parameters, startMillis: millis, session });
    }
    if (message.stopReason === "stop") this.#prompt?.ended("success");
    else if (message.stopReason === "aborted") this.#prompt?.ended("cancelled");
    return message.stopReason === "error" ? this.#failed(entry, message, millis) : [];
  }

  #failed(entry: Members, message: Members, millis: number): readonly ActionReport[] {
    const text = textOf(message.errorMessage) ?? "the model's API failed";
    this.#prompt?.ended("error", text);
    return [
      momentReport(sessionAt(this.#session, millis), millis, {
        key: `api-error:${String(entry.id ?? millis)}`,
        failure: { type: /^[45]\d\d(?= )/.exec(text)?.[0] ?? "api_error", message: text },
        context: { model: message.model, provider: message.provider },
      }),
    ];
  }

  #result(message: Members, millis: number): readonly ActionReport[] {
    const id = textOf(message.toolCallId);
    const call = id === undefined ? undefined : this.#calls.get(id);
    if (id === undefined || call === undefined) return [];
    this.#calls.delete(id);
    this.#prompt?.at(millis);
    const told = messageText(message.content);
    const { content } = membersOf(call.parameters);
    const written = call.name === "write" && message.isError !== true && typeof content === "string";
    const { diff } = membersOf(message.details);
    return [
      callReport(call, {
        endMillis: millis,
        result: typeof diff === "string" ? { output: told, diff } : told,
        failure: message.isError === true ? { type: "tool_error", message: told } : undefined,
        extras: contentHashes(undefined, written ? content : undefined),
      }),
    ];
  }
}
