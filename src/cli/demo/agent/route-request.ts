import { performance } from "node:perf_hooks";
import type { DemoAgent } from "./demo-agent.js";

/** Below this, a router's best candidate is a guess. */
const CONFIDENT_AT = 0.5;

/**
 * Asks the router for an agent and records how it performed and what it decided, or that it found nobody. Returns the
 * chosen agent.
 */
export async function route(
  { logger, deeds }: DemoAgent,
  router: (request: string) => Routing,
  request: string,
): Promise<Candidate | undefined> {
  const { candidates, evaluated, cacheHit, durationMillis } = router(request);
  const [best, ...others] = candidates;
  const routingMillis = Math.round(durationMillis);
  await logger.logRouterPerformance({
    queryText: request,
    routingDurationMs: routingMillis,
    cacheHit,
    triggerMatchStrategy: "keywords",
    candidatesEvaluated: evaluated,
    ...(best ? { confidenceComponents: { matched: best.matched, confidence: best.confidence } } : {}),
  });
  deeds.event("router_performance", request);

  if (best === undefined || best.confidence < CONFIDENT_AT) {
    await logger.logDetectionFailure({
      userRequest: request,
      failureReason: best ? "confidence too low" : "no agent has a keyword of this request",
      detectionStatus: best ? "low_confidence" : "no_detection",
      attemptedMethods: ["keywords"],
    });
    deeds.event("detection_failure", request);
    return undefined;
  }
  await logger.logRoutingDecision({
    userRequest: request,
    selectedAgent: best.agent,
    confidenceScore: best.confidence,
    reasoning: `the request holds its keywords ${best.matched.join(", ")}`,
    alternatives: others.map(({ agent, confidence }) => ({ agent, confidence })),
    routingStrategy: "keywords",
    routingTimeMs: routingMillis,
  });
  deeds.event("routing_decision", best.agent);
  return best;
}

/** An agent as the router knows it. */
export interface AgentProfile {
  readonly name: string;
  readonly keywords: readonly string[];
}

export interface Candidate {
  readonly agent: string;
  /** 0 to 1: the share of the profile's keywords that the request holds. */
  readonly confidence: number;
  readonly matched: readonly string[];
}

export interface Routing {
  /** Best first; those without a match are left out. */
  readonly candidates: readonly Candidate[];
  readonly evaluated: number;
  readonly cacheHit: boolean;
  readonly durationMillis: number;
}

/** A router that does real, if simple, work: it compares the words of a request with the keywords of every agent. */
export function createRouter(profiles: readonly AgentProfile[]): (request: string) => Routing {
  const cache = new Map<string, readonly Candidate[]>();
  return (request) => {
    const began = performance.now();
    const cached = cache.get(request);
    const candidates = cached ?? weigh(request, profiles);
    cache.set(request, candidates);
    return {
      candidates,
      evaluated: cached ? 0 : profiles.length,
      cacheHit: cached !== undefined,
      durationMillis: performance.now() - began,
    };
  };
}

function weigh(request: string, profiles: readonly AgentProfile[]): Candidate[] {
  const words = new Set(request.toLowerCase().match(/[a-z]+/g));
  return profiles
    .map(({ name, keywords }) => {
      const matched = keywords.filter((keyword) => words.has(keyword));
      return { agent: name, confidence: round(matched.length / keywords.length), matched };
    })
    .filter(({ matched }) => matched.length > 0)
    .sort((one, other) => other.confidence - one.confidence);
}

function round(share: number): number {
  return Math.round(share * 100) / 100;
}
