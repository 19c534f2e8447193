import { PbfWriter } from "pbf";

/** What a test says of one log record. */
export interface LogParts {
  readonly eventName?: string;
  /** Nanoseconds. */
  readonly time: string;
  readonly body?: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId?: string;
  readonly spanId?: string;
}

/** A record of Claude Code. */
export const logOf = (event: string, attributes: Record<string, unknown> = {}): LogParts => ({
  time: "1790000000500000000",
  body: `claude_code.${event}`,
  attributes: { "event.name": event, "session.id": "11111111-2222-4333-8444-555555555555", ...attributes },
});

const callOf = (index: number) => ({
  tool_name: "Bash",
  tool_use_id: `toolu_01A09q90qw90lq917835${String(index).padStart(4, "0")}`,
});

export const toolLog = (index: number): LogParts =>
  logOf("tool_result", { ...callOf(index), success: "true", duration_ms: "5" });

export const decisionLog = (index: number, decision: "accept" | "reject"): LogParts =>
  logOf("tool_decision", { ...callOf(index), decision, source: "user_reject" });

const anyValue = (value: unknown): object => {
  if (typeof value === "number") return { intValue: String(value) };
  if (typeof value === "boolean") return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === "object" && value !== null) return { kvlistValue: { values: pairs(value) } };
  return { stringValue: String(value) };
};

const pairs = (members: object): object[] =>
  Object.entries(members).map(([key, value]) => ({ key, value: anyValue(value) }));

const RESOURCE = { "service.name": "claude-code", "service.version": "2.1.197" };

export const jsonLogs = (records: readonly LogParts[], resource: object = RESOURCE): string =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: pairs(resource) },
        scopeLogs: [
          {
            scope: { name: "com.anthropic.claude_code.events" },
            logRecords: records.map(({ time, attributes, body, ...others }) => ({
              timeUnixNano: time,
              ...(body !== undefined && { body: anyValue(body) }),
              attributes: pairs(attributes),
              ...others,
            })),
          },
        ],
      },
    ],
  });

/** The same in protobuf, by the numbers of the fields in opentelemetry-proto 1.x. */
export function protobufLogs(records: readonly LogParts[]): Uint8Array<ArrayBuffer> {
  const writer = new PbfWriter();
  const text = (tag: number, value: string, to: PbfWriter) => {
    to.writeTag(tag, 2);
    to.writeString(value);
  };
  const value = (given: unknown, to: PbfWriter): void => {
    if (typeof given === "number") {
      to.writeTag(3, 0);
      to.writeVarint(given);
    } else if (typeof given === "object" && given !== null)
      to.writeMessage(6, (members: object, inner) => attributesOf(1, members, inner), given);
    else text(1, String(given), to);
  };
  const attributesOf = (tag: number, members: object, to: PbfWriter): void => {
    for (const [key, given] of Object.entries(members))
      to.writeMessage(
        tag,
        (_: unknown, pair) => {
          text(1, key, pair);
          pair.writeMessage(2, value, given);
        },
        undefined,
      );
  };
  const fixed64 = (tag: number, digits: string, to: PbfWriter): void => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(digits));
    to.writeTag(tag, 1);
    to.writeFixed32(bytes.readUInt32LE(0));
    to.writeFixed32(bytes.readUInt32LE(4));
  };
  const id = (tag: number, hex: string | undefined, to: PbfWriter): void => {
    if (hex === undefined) return;
    to.writeTag(tag, 2);
    to.writeBytes(Buffer.from(hex, "hex"));
  };
  const record = ({ eventName, time, body, attributes, traceId, spanId }: LogParts, to: PbfWriter): void => {
    fixed64(1, time, to);
    if (body !== undefined) to.writeMessage(5, value, body);
    attributesOf(6, attributes, to);
    id(9, traceId, to);
    id(10, spanId, to);
    if (eventName !== undefined) text(12, eventName, to);
  };
  writer.writeMessage(
    1,
    (_: unknown, group) => {
      group.writeMessage(1, (members: object, inner) => attributesOf(1, members, inner), RESOURCE);
      group.writeMessage(
        2,
        (__: unknown, scoped) => {
          scoped.writeMessage(
            1,
            (name: string, scope) => text(1, name, scope),
            "com.anthropic.claude_code.events",
          );
          for (const one of records) scoped.writeMessage(2, record, one);
        },
        undefined,
      );
    },
    undefined,
  );
  return Uint8Array.from(writer.finish());
}
