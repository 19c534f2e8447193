import type { LogRecord } from "../../../../../exporter/read/logs/log-record.js";

/** A record as a dialect gets it. */
export const logRecord = (parts: Partial<LogRecord> = {}): LogRecord => ({
  eventName: "",
  time: [1_767_225_600, 250_000_000],
  severity: 0,
  body: undefined,
  attributes: {},
  traceId: undefined,
  spanId: undefined,
  resource: { "service.name": "claude-code", "service.version": "2.1.197" },
  scope: { name: "com.anthropic.claude_code.events" },
  ...parts,
});

/** As Claude Code writes it: the name in the body, a part of it in an attribute, all values as text. */
export const claudeRecord = (event: string, attributes: Record<string, unknown> = {}): LogRecord =>
  logRecord({
    body: `claude_code.${event}`,
    attributes: {
      "event.name": event,
      "event.sequence": 7,
      "session.id": "11111111-2222-4333-8444-555555555555",
      "user.email": "jo@example.org",
      "user.id": "a digest",
      "prompt.id": "66666666-7777-4888-9999-aaaaaaaaaaaa",
      ...attributes,
    },
  });
