import {
  type Attributes,
  type Context,
  createContextKey,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";
import {
  ATTR_CORRELATION_ID,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_ON_BEHALF_OF,
  ATTR_TRIGGER,
  ATTR_USER_ID,
} from "../event/semconv.js";
import { guarded, reportProblem } from "./guard.js";
import { currentCorrelationId, setCorrelationId } from "./propagation.js";
import type { SpanSource } from "./recorded-span.js";
import { isText } from "./text.js";
import { currentTracer } from "./tracer.js";

const IDENTITY_KEY = createContextKey("otel-agent-actions.identity");
const INHERITED_KEY = createContextKey("otel-agent-actions.inherited-attributes");

/** Who acts, as it stands in the context for everything inside an action. */
export interface Identity {
  readonly agentName: string | undefined;
  /** What every span of this agent carries: its name, project, session. Not the correlation id, which can change. */
  readonly attributes: Attributes;
}

/** Who acts, in which run: where an action gets from what it does not say itself. */
export abstract class Actor implements SpanSource {
  readonly capturesContent = true;
  readonly provider: TracerProvider | undefined;
  /** Put the correlation id into baggage. */
  readonly propagate: boolean;

  constructor(provider: TracerProvider | undefined, propagate: boolean) {
    this.provider = provider;
    this.propagate = propagate;
  }

  abstract identityIn(context: Context): Identity | undefined;
  abstract correlationIn(context: Context): string | undefined;

  get tracer(): Tracer | undefined {
    return currentTracer(this.provider);
  }

  addAttributes(attributes: Attributes, around: Context): void {
    const correlationId = this.correlationIn(around);
    if (correlationId !== undefined) attributes[ATTR_CORRELATION_ID] ??= correlationId;
    const inherited = around.getValue(INHERITED_KEY) as Attributes | undefined;
    if (inherited !== undefined) addMissing(attributes, inherited);
    const identity = this.identityIn(around);
    if (identity !== undefined) addMissing(attributes, identity.attributes);
  }

  contextInside(around: Context, inherited?: Attributes): Context {
    const correlationId = this.correlationIn(around);
    const identity = this.identityIn(around);
    let inside =
      correlationId === undefined ? around : setCorrelationId(around, correlationId, this.propagate);
    if (inherited !== undefined) {
      const outer = inside.getValue(INHERITED_KEY) as Attributes | undefined;
      inside = inside.setValue(INHERITED_KEY, { ...outer, ...inherited });
    }
    return identity === inside.getValue(IDENTITY_KEY) ? inside : inside.setValue(IDENTITY_KEY, identity);
  }
}

// Not by spreading: that takes two microseconds, which is as much as the span itself.
function addMissing(attributes: Attributes, known: Attributes): void {
  for (const key in known) attributes[key] ??= known[key];
}

/** The actor of what is traced without a logger of its own: whoever acts around it. */
export class AmbientActor extends Actor {
  readonly #agentName: string | undefined;

  constructor(agentName?: string, provider?: TracerProvider) {
    super(provider, false);
    this.#agentName = agentName;
  }

  override identityIn(context: Context): Identity | undefined {
    const identity = identityIn(context);
    const agentName = this.#agentName;
    if (agentName === undefined || identity?.agentName === agentName) return identity;
    // The version is that of the agent around.
    const { [ATTR_GEN_AI_AGENT_VERSION]: _, ...shared } = identity?.attributes ?? {};
    return { agentName, attributes: { ...shared, [ATTR_GEN_AI_AGENT_NAME]: agentName } };
  }

  override correlationIn(context: Context): string | undefined {
    return currentCorrelationId(context);
  }
}

/** Who acts in this context, where one of our own actions says so. */
export function identityIn(context: Context): Identity | undefined {
  return context.getValue(IDENTITY_KEY) as Identity | undefined;
}

/** For whom, and why, an agent acts. */
export interface Principal {
  /** The user whom the agent serves: `user.id`. */
  readonly userId?: string | undefined;
  /** Those whose authority it uses, from the nearest to the first: users, services, other agents. */
  readonly onBehalfOf?: readonly string[] | undefined;
  /** What started the run: `schedule`, `webhook:github`, `user`. */
  readonly trigger?: string | undefined;
}

/** A value of the wrong type counts as not given, and is reported. */
export function principalAttributes({ userId, onBehalfOf, trigger }: Principal): Attributes {
  const attributes: Attributes = {};
  addText(attributes, ATTR_USER_ID, "userId", userId);
  addText(attributes, ATTR_TRIGGER, "trigger", trigger);
  guarded("onBehalfOf could not be read", () => {
    if (Array.isArray(onBehalfOf) && onBehalfOf.every(isText))
      attributes[ATTR_ON_BEHALF_OF] = [...onBehalfOf];
    else if (onBehalfOf !== undefined)
      reportProblem("onBehalfOf has to be a list of non-empty strings; it is left out");
  });
  return attributes;
}

/** Adds an attribute for an option that is a non-empty string. Any other value than `undefined` is reported. */
export function addText(attributes: Attributes, key: string, option: string, value: unknown): void {
  if (isText(value)) attributes[key] = value;
  else if (value !== undefined) reportProblem(`${option} has to be a non-empty string; it is left out`);
}
