import { basename } from "node:path";
import type { Attributes, Context, TracerProvider } from "@opentelemetry/api";
import { MAX_NAME_BYTES, trimText } from "../event/limits.js";
import {
  ATTR_DEBUG_MODE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_PROJECT_NAME,
  ATTR_PROJECT_PATH,
  ATTR_WORKING_DIRECTORY,
} from "../event/semconv.js";
import type { ActionLoggerOptions } from "./action-logger-options.js";
import type { Actor, Identity } from "./actor.js";
import { isCorrelationId } from "./correlation.js";
import { CorrelationSource } from "./correlation-source.js";
import { reportProblem } from "./problems.js";
import { quietly } from "./quietly.js";

/**
 * A logger's options with every default filled in. Making one never throws: an option of the wrong type counts as not
 * given, and is reported.
 */
export class LoggerActor implements Actor, Identity {
  readonly #brand = true;
  readonly given: Partial<ActionLoggerOptions>;
  readonly correlation: CorrelationSource;
  readonly agentName: string | undefined;
  readonly workingDirectory: string | undefined;
  readonly projectPath: string | undefined;
  readonly projectName: string | undefined;
  readonly debugMode: boolean;
  readonly sessionId: string | undefined;
  readonly propagate: boolean;
  readonly provider: TracerProvider | undefined;
  readonly attributes: Attributes;

  constructor(options: Partial<ActionLoggerOptions>, correlation?: CorrelationSource) {
    const given = givenOptions(options);
    this.given = given;
    this.correlation = correlation ?? new CorrelationSource(text(given.correlationId));
    this.agentName = agentNameOf(given);
    this.workingDirectory = text(given.workingDirectory) ?? currentDirectory();
    this.projectPath = text(given.projectPath) ?? this.workingDirectory;
    this.projectName = text(given.projectName) ?? (this.projectPath && basename(this.projectPath));
    this.debugMode = given.debugMode !== false;
    this.sessionId = text(given.sessionId);
    this.propagate = given.propagateCorrelation === true;
    this.provider = given.tracerProvider;
    this.attributes = attributesOf(this);
  }

  /** Triggers no trap, whatever the value is. */
  static is(value: unknown): value is LoggerActor {
    return typeof value === "object" && value !== null && #brand in value;
  }

  /** The same with some options changed. Where no correlation id is given, both have the same made-up one. */
  child(changes: Partial<ActionLoggerOptions>): LoggerActor {
    const own = givenOptions(changes);
    const correlation = isCorrelationId(own.correlationId) ? undefined : this.correlation;
    return new LoggerActor({ ...this.given, ...own }, correlation);
  }

  identityIn(): Identity {
    return this;
  }

  correlationIn(context: Context): string {
    return this.correlation.in(context);
  }
}

const OPTIONS = [
  "agentName",
  "correlationId",
  "projectPath",
  "projectName",
  "workingDirectory",
  "debugMode",
  "sessionId",
  "propagateCorrelation",
  "tracerProvider",
] as const satisfies readonly (keyof ActionLoggerOptions)[];

function givenOptions(options: Partial<ActionLoggerOptions>): Partial<ActionLoggerOptions> {
  const given: Record<string, unknown> = {};
  quietly("the options of an ActionLogger cannot be read", () => {
    for (const name of OPTIONS) if (options[name] !== undefined) given[name] = options[name];
  });
  return given;
}

function text(value: unknown): string | undefined {
  if (typeof value === "string" && value.trim() !== "") return value;
  if (value !== undefined)
    reportProblem("an option of an ActionLogger that has to be a text is none, and is left out");
  return undefined;
}

function agentNameOf({ agentName }: Partial<ActionLoggerOptions>): string | undefined {
  if (typeof agentName === "string" && agentName.trim() !== "") return trimText(agentName, MAX_NAME_BYTES);
  reportProblem("an ActionLogger has no agentName: its actions count for the agent around them");
  return undefined;
}

function currentDirectory(): string | undefined {
  // Throws when the directory has been removed.
  return quietly("the working directory cannot be read", () => process.cwd());
}

function attributesOf(actor: LoggerActor): Attributes {
  const all = {
    [ATTR_GEN_AI_AGENT_NAME]: actor.agentName,
    [ATTR_GEN_AI_CONVERSATION_ID]: actor.sessionId,
    [ATTR_PROJECT_PATH]: actor.projectPath,
    [ATTR_PROJECT_NAME]: actor.projectName,
    [ATTR_WORKING_DIRECTORY]: actor.workingDirectory,
    [ATTR_DEBUG_MODE]: actor.debugMode,
  };
  return Object.freeze(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
}
