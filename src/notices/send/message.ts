import type { WEBHOOK_FORMATS } from "../../config/alert-rules.js";

/** What a target is told of a notice. */
export interface NoticeMessage {
  /** The same in every attempt to tell it. */
  readonly id: string;
  readonly notice_id: string;
  readonly state: "open" | "closed";
  readonly rule: string;
  readonly kind: string;
  readonly severity: string;
  readonly title: string;
  readonly agent_name: string | null;
  readonly correlation_id: string | null;
  readonly project_name: string | null;
  readonly action_ids: readonly string[];
  readonly evidence: unknown;
  readonly query: string | null;
  /** ISO 8601. */
  readonly began_at: string;
  readonly opened_at: string;
  readonly last_seen_at: string;
  readonly closed_at: string | null;
}

/** The body of a request. */
export function bodyOf(messages: readonly NoticeMessage[], format: (typeof WEBHOOK_FORMATS)[number]): string {
  if (format === "slack") return JSON.stringify({ text: messages.map(slackLine).join("\n") });
  if (format === "alertmanager") return JSON.stringify(messages.map(alertOf));
  return JSON.stringify({ notices: messages });
}

const MARKS: Readonly<Record<string, string>> = {
  info: ":information_source:",
  warning: ":warning:",
  critical: ":rotating_light:",
};

function slackLine({ state, severity, title, rule, kind }: NoticeMessage): string {
  const mark = state === "closed" ? ":white_check_mark:" : (MARKS[severity] ?? "");
  return `${mark} ${escaped(plain(title))} (${rule}: ${kind}${state === "closed" ? ", over" : ""})`;
}

// https://docs.slack.dev/messaging/formatting-message-text: these three, so that no text makes a link or calls everybody.
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What agents recorded steers no terminal and turns no line around. */
export const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ");

/** Of the API of Alertmanager: POST /api/v2/alerts. Labels name the alert, so they stay while it goes on. */
function alertOf(message: NoticeMessage): object {
  const {
    notice_id,
    rule,
    kind,
    severity,
    agent_name,
    project_name,
    title,
    state,
    began_at,
    closed_at,
    query,
  } = message;
  return {
    labels: {
      alertname: `agent_actions_${rule}`,
      kind,
      severity,
      notice_id,
      ...(agent_name === null ? {} : { agent: plain(agent_name) }),
      ...(project_name === null ? {} : { project: plain(project_name) }),
    },
    annotations: { summary: plain(title), ...(query === null ? {} : { query }) },
    startsAt: began_at,
    // Without an end, Alertmanager resolves an alert by itself after its resolve_timeout.
    ...(state === "closed" ? { endsAt: closed_at } : { endsAt: FAR }),
  };
}

const FAR = "2999-01-01T00:00:00Z";
