/**
 * What `opencode export <session>` prints: one JSON document, `{info, messages: [{info, parts}]}`. OpenCode keeps its sessions in a SQLite
 * database, so the export is the form of its transcripts. A part of the type `tool` is a call with its state, times, input and output. Read with 1.18.33.
 */
import { openCodeOutcome, openCodeRefusal } from "../read/dialects/opencode/opencode-calls.js";
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
import {
  callReport,
  decisionReport,
  momentReport,
  refusedReport,
  type TranscriptCall,
} from "./session-reports.js";
import type { TranscriptFile, TranscriptFormat, TranscriptReader } from "./transcript-format.js";
import { sessionAt, type TranscriptSession } from "./transcript-session.js";

export const openCodeTranscripts: TranscriptFormat = {
  name: "opencode",
  places: [],
  matches: (value) => {
    const { info, messages } = membersOf(value);
    return String(membersOf(info).id).startsWith("ses_") && Array.isArray(messages);
  },
  open: (file) => new OpenCodeReader(file),
};

/** Parts of messages in which nothing is done. */
const QUIET = new Set([
  "text",
  "reasoning",
  "step-start",
  "step-finish",
  "snapshot",
  "patch",
  "file",
  "agent",
  "retry",
  "subtask",
]);

class OpenCodeReader implements TranscriptReader {
  version: string | undefined;
  readonly #unknown = new UnknownValues();
  readonly #callsOfAgents: Map<string, string>;
  #session: TranscriptSession = { agent: "opencode" };
  #parent: string | undefined;
  #prompt: PromptRun | undefined;
  #open: TranscriptCall[] = [];

  constructor({ callsOfAgents }: TranscriptFile) {
    this.#callsOfAgents = callsOfAgents;
  }

  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown.counts;
  }

  read(value: object): readonly ActionReport[] {
    const { info: given, messages } = value as Members;
    const info = membersOf(given);
    this.version = textOf(info.version);
    const around = textOf(info.parentID);
    this.#session = {
      agent: "opencode",
      id: textOf(info.id),
      around,
      version: this.version,
      cwd: textOf(info.directory),
      agentName: around === undefined ? undefined : textOf(info.agent),
    };
    this.#parent = this.#callsOfAgents.get(String(info.id));
    const reports = listOf(messages).flatMap((message) =>
      this.#message(membersOf(message), around !== undefined),
    );
    return reports;
  }

  unfinished(): readonly ActionReport[] {
    const prompt = this.#prompt?.reports(false) ?? [];
    return [...this.#open.map((call) => callReport(call)), ...prompt];
  }

  #message({ info: given, parts }: Members, isSubAgent: boolean): readonly ActionReport[] {
    const info = membersOf(given);
    const millis = millisOf(membersOf(info.time).created) ?? 0;
    const before = info.role === "user" && !isSubAgent ? this.#asked(info, parts, millis) : [];
    const failed = info.role === "assistant" ? this.#answered(info, millis) : [];
    return [...before, ...listOf(parts).flatMap((part) => this.#part(membersOf(part), millis)), ...failed];
  }

  #asked(info: Members, parts: unknown, millis: number): readonly ActionReport[] {
    const text = messageText(listOf(parts).filter((part) => membersOf(part).synthetic !== true));
    if (text === undefined) return [];
    const before = this.#prompt?.reports(true) ?? [];
    this.#prompt = new PromptRun(String(info.id), sessionAt(this.#session, millis), text, millis);
    return [...before, this.#prompt.promptReport()];
  }

  #answered(info: Members, millis: number): readonly ActionReport[] {
    const counts = membersOf(info.tokens);
    const cache = membersOf(counts.cache);
    this.#prompt?.at(millisOf(membersOf(info.time).completed) ?? millis);
    this.#prompt?.answered(
      textOf(info.modelID),
      tokens({
        input_tokens: counts.input,
        output_tokens: counts.output,
        reasoning_output_tokens: counts.reasoning,
        cache_read_input_tokens: cache.read,
        cache_creation_input_tokens: cache.write,
      }),
      numberOf(info.cost),
    );
    if (info.finish === "stop") this.#prompt?.ended("success");
    const error = membersOf(info.error);
    const type = textOf(error.name);
    if (type === undefined) return [];
    const message = textOf(membersOf(error.data).message) ?? type;
    if (type === "MessageAbortedError") {
      this.#prompt?.ended("cancelled");
      return [];
    }
    this.#prompt?.ended("error", message);
    return [
      momentReport(sessionAt(this.#session, millis), millis, {
        key: `api-error:${String(info.id)}`,
        parentCallKey: this.#parent,
        failure: { type, message },
        context: { http_status: numberOf(membersOf(error.data).statusCode) },
      }),
    ];
  }

  #part(part: Members, millis: number): readonly ActionReport[] {
    if (part.type === "tool") return this.#call(part, millis);
    if (part.type === "compaction")
      return [
        momentReport(sessionAt(this.#session, millis), millis, {
          key: `compaction:${String(part.id)}`,
          parentCallKey: this.#parent,
          name: "compaction",
          details: { trigger: part.auto === true ? "auto" : "manual" },
        }),
      ];
    if (typeof part.type !== "string" || !QUIET.has(part.type)) this.#unknown.add(part.type);
    return [];
  }

  #call(part: Members, millis: number): readonly ActionReport[] {
    const id = textOf(part.callID);
    const name = textOf(part.tool);
    const state = membersOf(part.state);
    const time = membersOf(state.time);
    if (id === undefined || name === undefined) return [];
    const startMillis = millisOf(time.start) ?? millis;
    const metadata = membersOf(state.metadata);
    const call: TranscriptCall = {
      callId: id,
      name,
      parameters: state.input,
      startMillis,
      session: sessionAt(this.#session, startMillis),
      parentCallKey: this.#parent,
      extras: hashesOf(name, membersOf(state.input), metadata),
    };
    if (name === "task") this.#callsOfAgents.set(String(metadata.sessionId), id);
    if (state.status !== "completed" && state.status !== "error") {
      this.#open.push(call);
      return [];
    }
    const endMillis = millisOf(time.end) ?? startMillis;
    const error = textOf(state.error);
    const refusal = openCodeRefusal(error);
    if (refusal !== undefined) return [refusedReport(call, endMillis, error, refusal)];
    const told = openCodeOutcome(state.output, metadata);
    const failure = error === undefined ? told.failure : { type: "tool_error", message: error };
    return [
      callReport(call, { endMillis, result: told.result, failure }),
      ...decisionOf(call, endMillis, state),
    ];
  }
}

function hashesOf(name: string, input: Members, metadata: Members): Members {
  const { before, after } = membersOf(metadata.filediff);
  const written = name === "write" && typeof input.content === "string" ? input.content : undefined;
  return contentHashes(
    typeof before === "string" ? before : undefined,
    typeof after === "string" ? after : written,
  );
}

function decisionOf(call: TranscriptCall, endMillis: number, state: Members): readonly ActionReport[] {
  const input = membersOf(call.parameters);
  const metadata = membersOf(state.metadata);
  const approval = { approvedBy: "user", method: "human" };
  if (call.name === "question")
    return [
      decisionReport(call, endMillis, {
        type: "elicitation",
        name: "user_question",
        context: { questions: input.questions },
        result: metadata.answers ?? state.output,
        approval,
      }),
    ];
  if (call.name === "plan_exit")
    return [
      decisionReport(call, endMillis, {
        type: "plan",
        name: "plan_approval",
        context: input,
        result: { approved: state.status === "completed", answer: state.output },
        approval,
      }),
    ];
  if (call.name !== "task") return [];
  return [
    decisionReport(call, endMillis, {
      type: "handoff",
      name: textOf(input.subagent_type) ?? "general",
      context: { description: input.description, prompt: input.prompt },
      result: { session_id: metadata.sessionId, status: state.status },
    }),
  ];
}
