import type { DemoAgent } from "./demo-agent.js";
import type { Candidate, Routing } from "./route-request.js";

/** Below this, a router's best candidate is a guess. */
const CONFIDENT_AT = 0.5;

/**
 * Asks the router for an agent and records how it performed and what it decided, or that it found nobody. Answers the
 * chosen agent.
 */
export async function route(
  { logger, ledger }: DemoAgent,
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
  ledger.event("router_performance", request);

  if (best === undefined || best.confidence < CONFIDENT_AT) {
    await logger.logDetectionFailure({
      userRequest: request,
      failureReason: best ? "confidence too low" : "no agent has a keyword of this request",
      detectionStatus: best ? "low_confidence" : "no_detection",
      attemptedMethods: ["keywords"],
    });
    ledger.event("detection_failure", request);
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
  ledger.event("routing_decision", best.agent);
  return best;
}
