import { performance } from "node:perf_hooks";

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
