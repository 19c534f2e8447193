import { type Attributes, type Context, createContextKey, type TracerProvider } from "@opentelemetry/api";
import { ATTR_CORRELATION_ID, ATTR_GEN_AI_AGENT_NAME } from "../event/semconv.js";
import { currentCorrelationId, setCorrelationId } from "./correlation.js";

const IDENTITY_KEY = createContextKey("otel-agent-actions.identity");

/** Who acts, as it stands in the context for everything inside an action. */
export interface Identity {
  readonly agentName: string | undefined;
  /** What every span of this agent carries: its name, project, session. Not the correlation id, which can change. */
  readonly attributes: Attributes;
}

/** Where an action gets from what it does not say itself. */
export interface Actor {
  readonly provider: TracerProvider | undefined;
  /** Put the correlation id into baggage. */
  readonly propagate: boolean;
  identityIn(context: Context): Identity | undefined;
  correlationIn(context: Context): string | undefined;
}

/** The actor of what is traced without a logger of its own: whoever acts around it. */
export function ambientActor(agentName?: string, provider?: TracerProvider): Actor {
  return {
    provider,
    propagate: false,
    identityIn: (context) =>
      agentName === undefined ? identityIn(context) : renamed(identityIn(context), agentName),
    correlationIn: currentCorrelationId,
  };
}

/** Adds what the span of an action of this actor carries from the start, where the action does not say it itself. */
export function addActorAttributes(attributes: Attributes, actor: Actor, context: Context): Attributes {
  const correlationId = actor.correlationIn(context);
  if (correlationId !== undefined) attributes[ATTR_CORRELATION_ID] ??= correlationId;
  // Not by spreading: that takes two microseconds, which is as much as the span itself.
  const known = actor.identityIn(context)?.attributes;
  for (const key in known) attributes[key] ??= known[key];
  return attributes;
}

/** The context for what happens inside an action of this actor. */
export function actorContext(actor: Actor, context: Context): Context {
  const correlationId = actor.correlationIn(context);
  const identity = actor.identityIn(context);
  const inside =
    correlationId === undefined ? context : setCorrelationId(context, correlationId, actor.propagate);
  return identity === inside.getValue(IDENTITY_KEY) ? inside : inside.setValue(IDENTITY_KEY, identity);
}

/** Who acts in this context, where one of our own actions says so. */
export function identityIn(context: Context): Identity | undefined {
  return context.getValue(IDENTITY_KEY) as Identity | undefined;
}

function renamed(identity: Identity | undefined, agentName: string): Identity {
  if (identity?.agentName === agentName) return identity;
  return { agentName, attributes: { ...identity?.attributes, [ATTR_GEN_AI_AGENT_NAME]: agentName } };
}
