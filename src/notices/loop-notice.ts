import { digest } from "../analysis/call-keys.js";
import type { Loop } from "../analysis/loop.js";
import { LOOP_TEXT } from "../analysis/loop-rules.js";
import { type Notice, quoted } from "./notice.js";

/** A loop of so many calls, or with so many tokens, is critical. */
const CRITICAL_CALLS = 50;
const CRITICAL_TOKENS = 1_000_000;

const MAX_NAME = 80;

/** The notice of a loop in the calls of one agent in one run. */
export function loopNotice(run: string, agent: string, loop: Loop): Notice {
  const {
    kind,
    period,
    signature,
    tools,
    failed,
    firstId,
    evidence,
    calls,
    tokens,
    startedAt,
    lastAt,
    isGoing,
  } = loop;
  const seconds = Math.max(0, lastAt - startedAt) / 1_000;
  const names = tools.map((tool) => short(tool)).join(", ");
  return {
    rule: "loop",
    kind,
    severity: calls >= CRITICAL_CALLS || tokens >= CRITICAL_TOKENS ? "critical" : "warning",
    subjectKey: loopSubject(run, agent, signature),
    beginning: firstId,
    title: `${short(agent)} repeats ${names}: ${LOOP_TEXT[kind]}, ${calls} calls in ${shownSeconds(seconds)}`,
    agentName: agent,
    correlationId: run,
    actionIds: evidence,
    evidence: {
      calls,
      seconds: Math.round(seconds * 1_000) / 1_000,
      tokens,
      tools: tools.map((tool) => tool.slice(0, 200)),
      period,
      failed,
    },
    query: `select * from agent_actions_v1.actions where correlation_id = '${run}' and agent_name = ${quoted(agent)} and started_at between '${isoTime(startedAt)}' and '${isoTime(lastAt)}' order by ended_at`,
    beganAt: startedAt,
    lastSeenAt: lastAt,
    closed: isGoing ? undefined : "over",
  };
}

/** What a loop is about: the run, the agent, and what repeats. */
export const loopSubject = (run: string, agent: string, signature: string): string =>
  `${run} ${digest("agent", agent).toString(36)} ${digest("signature", signature).toString(36)}`;

const short = (name: string): string => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name);

function shownSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds * 10) / 10} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 360) / 10} h`;
}

const isoTime = (millis: number): string => new Date(millis).toISOString();
