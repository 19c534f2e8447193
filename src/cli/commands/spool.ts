import { SPOOL_OPTIONS as EXPORTER_SPOOL_OPTIONS } from "../../../exporter/deliver/spool-settings.js";
import { flag, integer, type OptionTable, option, text } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { JSON_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `15m`, `36h`, `7d` in milliseconds. */
export function ageInMillis(given: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(given) ?? [];
  return unit === undefined ? undefined : Number(count) * UNITS[unit as keyof typeof UNITS];
}

export const SPOOL_OPTIONS = {
  directory: {
    ...EXPORTER_SPOOL_OPTIONS.spoolDirectory,
    defaultText: "the folder of register for this Kafka",
    description: "The folder of the spool.",
  },
  topic: text({
    placeholder: "TOPIC",
    defaultText: "all of them",
    description: "Of inspect, replay and drop: events of this topic only.",
  }),
  limit: integer({ minimum: 1, description: "Of inspect: at most so many events." }),
  rate: integer({
    minimum: 1,
    unit: "events a second",
    defaultText: "as fast as Kafka takes them",
    description: "Of replay: at most so many events a second.",
  }),
  "older-than": option<number>(
    { placeholder: "AGE", description: "Of drop: files whose newest event is older, as 36h or 7d." },
    {
      unit: "milliseconds",
      expected: "a number with s, m, h or d behind it, as 36h",
      fromText: ageInMillis,
      fromCode: (given) => (typeof given === "string" ? ageInMillis(given) : undefined),
    },
  ),
  corrupt: flag({ description: "Of drop: also what was set aside because it cannot be read." }),
  yes: flag({ description: "Of drop: do it, and do not only say what would be lost." }),
  ...JSON_OPTIONS,
  ...KAFKA_OPTIONS,
} as const satisfies OptionTable;

export const spoolCommand = defineCommand({
  name: "spool",
  summary: "shows, sends or drops what agents kept in files.",
  usage: [
    "spool status [options]",
    "spool inspect [options]",
    "spool replay [options]",
    "spool drop [options] --yes",
  ],
  details: [
    "Agents keep events in files when they do not fit in memory, or when Kafka is away at their end; see docs/spool.md. The next agent on the machine that uses the same folder sends them by itself; replay is for machines where none will run.",
    "status and inspect change nothing. replay and drop leave files of processes that still run to them.",
  ],
  positional: "status|inspect|replay|drop",
  options: SPOOL_OPTIONS,
  examples: [
    { command: "spool status", does: "What is there, how old it is, and whose." },
    { command: "spool inspect --topic agent-actions --limit 10 | jq .value", does: "Look into it." },
    { command: "spool replay --rate 500", does: "Send it to Kafka, without haste." },
    { command: "spool drop --older-than 7d", does: "What would be lost; --yes does it." },
  ],
  run: async (input, context) => (await import("../spool/run-spool.js")).runSpool(input, context),
});
