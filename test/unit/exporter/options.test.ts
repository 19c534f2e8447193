import { inspect } from "node:util";
import { expect, test } from "vitest";
import { AgentActionSpanProcessor } from "../../../exporter/index.js";
import { EXPORTER_OPTIONS, type ExporterOptions, variableOf } from "../../../exporter/options.js";
import { resolveExporterOptions } from "../../../exporter/resolve-exporter-options.js";
import { ConfigError } from "../../../src/errors.js";
import { diagLines, textsAt } from "../../helpers/diag-lines.js";

const lines = diagLines();

const {
  sender,
  recordUnsampled,
  flushOnExit,
  callsWithoutSpan,
  spanAttributions,
  largeResults: _largeResults,
  redactionThread: _redactionThread,
  spanThread,
  spool: _spool,
  spoolDirectory: _spoolDirectory,
  spoolFsync,
  transport,
  ...NUMBER_OPTIONS
} = EXPORTER_OPTIONS;
const names = Object.keys(NUMBER_OPTIONS) as (keyof typeof NUMBER_OPTIONS)[];

test("without options and environment the defaults hold", () => {
  const resolved = resolveExporterOptions({}, {});
  for (const name of names) expect(resolved[name]).toBe(NUMBER_OPTIONS[name].default);
  expect(resolved.kafka.brokers).toEqual(["localhost:9092"]);
  expect(resolved.topics.action).toBe("agent-actions");
  for (const [name, option] of Object.entries({
    sender,
    recordUnsampled,
    flushOnExit,
    callsWithoutSpan,
    spanAttributions,
    spoolFsync,
    spanThread,
    transport,
  }))
    expect(resolved).toHaveProperty(name, option.default);
  expect(Object.isFrozen(resolved)).toBe(true);
  expect(lines).toEqual([]);
});

test.each(names)("%s: an option goes before the environment, which goes before the default", (name) => {
  const { minimum } = NUMBER_OPTIONS[name];
  const env = { [variableOf(name)]: String(minimum + 1) };
  expect(resolveExporterOptions({}, env)[name]).toBe(minimum + 1);
  expect(resolveExporterOptions({ [name]: minimum + 2 }, env)[name]).toBe(minimum + 2);
});

test("a thread redacts large contents, unless it cannot or an event has to be on the disk at once", () => {
  const spoolDirectory = "/var/spool/agents";
  const thread = (options: ExporterOptions) => resolveExporterOptions(options, {}).redactionThread;
  expect(thread({})).toBe(true);
  expect(thread({ spoolDirectory })).toBe(true);
  expect(thread({ spoolDirectory, spool: "always" })).toBe(false);
  expect(thread({ spoolDirectory, transport: "spool" })).toBe(false);
  expect(thread({ redaction: { redact: ({ value }) => value } })).toBe(false);
  expect(thread({ redactionThread: false })).toBe(false);
  expect(thread({ redactionThread: false, largeResults: "/var/large" })).toBe(true);
});

test("the spool is off without a folder, takes what does not fit with one, and is what was asked for otherwise", () => {
  const folder = { AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY: "/var/spool/agents" };
  expect(resolveExporterOptions({}, {})).toMatchObject({ spool: "off", spoolDirectory: undefined });
  expect(resolveExporterOptions({}, folder)).toMatchObject({
    spool: "overflow",
    spoolDirectory: "/var/spool/agents",
  });
  for (const spool of ["off", "always"] as const)
    expect(resolveExporterOptions({ spool }, folder).spool).toBe(spool);
  expect(() => resolveExporterOptions({ spool: "always" }, {})).toThrow(/spoolDirectory/);
  expect(resolveExporterOptions({}, { AGENT_ACTIONS_EXPORTER_SPOOL: "always" }).spool).toBe("off");
  expect(textsAt(lines, "warn").at(-1)).toContain("AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY");
});

test("variables are named after their options", () => {
  expect(variableOf("maxQueueSize")).toBe("AGENT_ACTIONS_EXPORTER_MAX_QUEUE_SIZE");
  expect(variableOf("lingerMillis")).toBe("AGENT_ACTIONS_EXPORTER_LINGER_MS");
});

test("values in code that cannot be used throw one error that lists all of them", () => {
  const wrong = { maxQueueSize: 0, lingerMillis: Number.NaN, flushOnExit: "yes", brokers: "no port" };
  const construct = () => new AgentActionSpanProcessor(wrong as never);
  expect(construct).toThrow(ConfigError);
  for (const name of Object.keys(wrong)) expect(construct).toThrow(name);
});

test.each(names)(
  "%s: a value in the environment that cannot be used is told, and the default used",
  (name) => {
    const resolved = resolveExporterOptions({}, { [variableOf(name)]: "a lot" });
    expect(resolved[name]).toBe(NUMBER_OPTIONS[name].default);
    expect(textsAt(lines, "warn")).toHaveLength(1);
    expect(textsAt(lines, "warn")[0]).toContain(variableOf(name));
  },
);

test("the environment of Kafka and of the topics is honoured", () => {
  const resolved = resolveExporterOptions(
    {},
    {
      KAFKA_BOOTSTRAP_SERVERS: "one:9092,two:9093",
      AGENT_ACTIONS_TOPIC_NAMES: "onex",
      AGENT_ACTIONS_EXPORTER_FLUSH_ON_EXIT: "false",
      AGENT_ACTIONS_EXPORTER_CALLS_WITHOUT_SPAN: "false",
    },
  );
  expect(resolved.kafka.brokers).toEqual(["one:9092", "two:9093"]);
  expect(resolved.topics.action).toBe("onex.evt.omniclaude.agent-actions.v1");
  expect(resolved.flushOnExit).toBe(false);
  expect(resolved.callsWithoutSpan).toBe(false);
});

test("of which spans facts are sent is one of two words, in code and in the environment", () => {
  expect(resolveExporterOptions({}, {}).spanAttributions).toBe("awaited");
  const env = { AGENT_ACTIONS_EXPORTER_SPAN_ATTRIBUTIONS: "all" };
  expect(resolveExporterOptions({}, env).spanAttributions).toBe("all");
  expect(resolveExporterOptions({ spanAttributions: "awaited" }, env).spanAttributions).toBe("awaited");
  expect(() => resolveExporterOptions({ spanAttributions: "some" as "all" }, {})).toThrow(
    "spanAttributions has to be one of",
  );
});

test("secrets are not shown", () => {
  const sasl = { mechanism: "plain", username: "agent", password: "swordfish" } as const;
  const resolved = resolveExporterOptions({ sasl }, {});
  expect(inspect(resolved, { depth: 10 }) + JSON.stringify(resolved)).not.toContain("swordfish");
  const processor = new AgentActionSpanProcessor({ sasl, flushOnExit: false });
  expect(inspect(processor, { depth: 10, showHidden: true })).not.toContain("swordfish");
});
