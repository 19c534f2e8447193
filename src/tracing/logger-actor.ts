import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import type { Attributes, Context, TracerProvider } from "@opentelemetry/api";
import { MAX_NAME_BYTES, trimText } from "../event/limits.js";
import {
  ATTR_DEBUG_MODE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_PROJECT_NAME,
  ATTR_PROJECT_PATH,
  ATTR_WORKING_DIRECTORY,
} from "../event/semconv.js";
import { Actor, type Identity, type Principal, principalAttributes } from "./actor.js";
import { guarded, reportProblem } from "./guard.js";
import { currentCorrelationId } from "./propagation.js";
import { isText } from "./text.js";

export interface ActionLoggerOptions extends Principal {
  /** Who acts: `gen_ai.agent.name`. */
  readonly agentName: string;
  /** The release of the agent: `gen_ai.agent.version`. A child logger of another name has to give its own. */
  readonly agentVersion?: string | undefined;
  /**
   * Ties one run together. A UUID is stored as it is, any other text as a UUID made from it, and kept.
   * @default at each call the one in the context (`withCorrelationId`, an action around the caller, baggage); where there
   * is none, a random UUID that stays the same for this logger and its children
   */
  readonly correlationId?: string | undefined;
  /** @default the working directory */
  readonly projectPath?: string | undefined;
  /** @default the last part of `projectPath` */
  readonly projectName?: string | undefined;
  /** @default process.cwd() */
  readonly workingDirectory?: string | undefined;
  /** Rows with it belong to `recent_debug_traces`, and are cleaned up after 30 days. @default true */
  readonly debugMode?: boolean | undefined;
  /** Conversation or thread: `gen_ai.conversation.id`. */
  readonly sessionId?: string | undefined;
  /**
   * Inside this logger's actions, send the correlation id along with every instrumented outgoing request (W3C baggage).
   * @default false
   */
  readonly propagateCorrelation?: boolean | undefined;
  /** @default the one that is registered globally at the time of each call */
  readonly tracerProvider?: TracerProvider | undefined;
}

/**
 * A logger's options with every default filled in. Making one never throws: an option of the wrong type counts as not
 * given, and is reported.
 */
export class LoggerActor extends Actor implements Identity {
  readonly #given: Partial<ActionLoggerOptions>;
  readonly #correlation: CorrelationSource;
  readonly agentName: string | undefined;
  readonly workingDirectory: string | undefined;
  readonly projectPath: string | undefined;
  readonly projectName: string | undefined;
  readonly sessionId: string | undefined;
  readonly attributes: Attributes;

  constructor(options: Partial<ActionLoggerOptions>, correlation?: CorrelationSource) {
    const given = givenOptions(options);
    super(given.tracerProvider, given.propagateCorrelation === true);
    this.#given = given;
    this.#correlation = correlation ?? new CorrelationSource(text(given.correlationId));
    this.agentName = agentNameOf(given);
    this.workingDirectory = text(given.workingDirectory) ?? currentDirectory();
    this.projectPath = text(given.projectPath) ?? this.workingDirectory;
    this.projectName = text(given.projectName) ?? (this.projectPath && basename(this.projectPath));
    this.sessionId = text(given.sessionId);
    this.attributes = definedAttributes({
      [ATTR_GEN_AI_AGENT_NAME]: this.agentName,
      [ATTR_GEN_AI_AGENT_VERSION]: text(given.agentVersion),
      [ATTR_GEN_AI_CONVERSATION_ID]: this.sessionId,
      [ATTR_PROJECT_PATH]: this.projectPath,
      [ATTR_PROJECT_NAME]: this.projectName,
      [ATTR_WORKING_DIRECTORY]: this.workingDirectory,
      [ATTR_DEBUG_MODE]: given.debugMode !== false,
      ...principalAttributes(given),
    });
  }

  /** Triggers no trap, whatever the value is. */
  static is(value: unknown): value is LoggerActor {
    return typeof value === "object" && value !== null && #given in value;
  }

  /** The same with some options changed. Where no correlation id is given, both have the same made-up one. */
  child(changes: Partial<ActionLoggerOptions>): LoggerActor {
    const own = givenOptions(changes);
    const { agentVersion, ...shared } = this.#given;
    const isOther = own.agentName !== undefined && own.agentName !== this.#given.agentName;
    const inherited = isOther ? shared : this.#given;
    return new LoggerActor(
      { ...inherited, ...own },
      isText(own.correlationId) ? undefined : this.#correlation,
    );
  }

  override identityIn(): Identity {
    return this;
  }

  override correlationIn(context: Context): string {
    return this.#correlation.in(context);
  }
}

/** Where a logger and its children have their correlation id from: given, else of the context, else made up once. */
class CorrelationSource {
  readonly #given: string | undefined;
  #made: string | undefined;

  constructor(given: string | undefined) {
    this.#given = given;
  }

  in(context: Context): string {
    return this.#given ?? currentCorrelationId(context) ?? this.#madeUp();
  }

  #madeUp(): string {
    this.#made ??= randomUUID();
    return this.#made;
  }
}

const OPTIONS = [
  "agentName",
  "agentVersion",
  "correlationId",
  "projectPath",
  "projectName",
  "workingDirectory",
  "debugMode",
  "sessionId",
  "userId",
  "onBehalfOf",
  "trigger",
  "propagateCorrelation",
  "tracerProvider",
] as const satisfies readonly (keyof ActionLoggerOptions)[];

function givenOptions(options: Partial<ActionLoggerOptions>): Partial<ActionLoggerOptions> {
  const given: Record<string, unknown> = {};
  guarded("the options of an ActionLogger cannot be read", () => {
    for (const name of OPTIONS) if (options[name] !== undefined) given[name] = options[name];
  });
  return given;
}

function text(value: unknown): string | undefined {
  if (isText(value)) return value;
  if (value !== undefined)
    reportProblem("an option of an ActionLogger that has to be a non-empty string is none, and is left out");
  return undefined;
}

function agentNameOf({ agentName }: Partial<ActionLoggerOptions>): string | undefined {
  if (isText(agentName)) return trimText(agentName, MAX_NAME_BYTES);
  reportProblem("an ActionLogger has no agentName: its actions count for the agent around them");
  return undefined;
}

function currentDirectory(): string | undefined {
  // Throws when the directory has been removed.
  return guarded("the working directory cannot be read", () => process.cwd());
}

function definedAttributes(all: Attributes): Attributes {
  return Object.freeze(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
}
