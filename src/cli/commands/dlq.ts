import { choice, flag, integer, type OptionTable, text } from "../../config/option.js";
import { DEAD_LETTER_REASONS } from "../../consumer/dead-letter.js";
import { CONSUMER_OPTIONS } from "../../consumer/option-table.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, GROUP_OPTIONS, JSON_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";

export const DLQ_OPTIONS = {
  reason: choice({
    of: DEAD_LETTER_REASONS,
    defaultText: "all",
    description: "Why it became a dead letter.",
  }),
  topic: text({ placeholder: "NAME", defaultText: "all", description: "Topic that the record stood in." }),
  sqlstate: text({
    placeholder: "CODE",
    defaultText: "all",
    description: "SQLSTATE of what Postgres refused.",
  }),
  since: text({
    placeholder: "WHEN",
    description: "Letters that became so since then: 30s, 10m, 2h, 3d or an ISO 8601 time.",
  }),
  until: text({ placeholder: "WHEN", description: "Letters that became so before then." }),
  limit: integer({
    minimum: 1,
    maximum: 1_000_000,
    defaultText: "all",
    description: "The first so many of them.",
  }),
  all: flag({
    description:
      "Without any filter: all letters. With list and stats: also those that were redriven or dropped.",
  }),
  "dry-run": flag({ description: "With redrive and drop: only say what would be done." }),
  rate: integer({
    minimum: 1,
    maximum: 100_000,
    default: 100,
    unit: "a second",
    description: "With redrive: the most records that are sent.",
  }),
  "max-attempts": integer({
    minimum: 1,
    maximum: 1_000,
    default: 3,
    unit: "times",
    description: "With redrive: a record that was redriven so often and came back is left out.",
  }),
  spool: {
    ...CONSUMER_OPTIONS.spool,
    description:
      "Dead letters of this spool, which a consumer reads without Kafka, instead of those of the topic.",
  },
  "no-audit": flag({
    description: "With redrive and drop: do it also where it cannot be written into the audit log.",
  }),
  ...JSON_OPTIONS,
  ...KAFKA_OPTIONS,
  ...GROUP_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const dlqCommand = defineCommand({
  name: "dlq",
  summary: "shows dead letters, sends them once more, or drops them.",
  usage: [
    "dlq list [options]",
    "dlq stats [options]",
    "dlq show PARTITION:OFFSET... [options]",
    "dlq redrive [PARTITION:OFFSET...] [options]",
    "dlq drop [PARTITION:OFFSET...] [options]",
  ],
  details: [
    "A letter is named by its place in the dead-letter topic, as list shows it. redrive sends the record to the topic that it stood in: key, value and headers as they were, with headers that say where it comes from and how often it was sent. redrive and drop leave a note in the dead-letter topic, and list no longer shows the letter. Nothing is removed from the topic before its retention ends. Both are written into the table agent_audit_log first.",
    "redrive and drop need places, a filter, or --all. Values are shown by show only. Mend the cause first: a record that is refused again becomes a dead letter again, with one attempt more.",
  ],
  positional: "ACTION...",
  options: DLQ_OPTIONS,
  examples: [
    { command: "dlq stats", does: "How many, and why." },
    { command: "dlq list --reason refused_by_postgres --since 1d", does: "Those of a day." },
    { command: "dlq show 0:41", does: "One of them, with its value." },
    { command: "dlq list --spool ./spool", does: "Those of a spool, without Kafka." },
    { command: "dlq redrive --sqlstate 23514 --dry-run", does: "What would be sent once more." },
  ],
  run: async (input, context) => (await import("../dlq/run-dlq.js")).runDlq(input, context),
});
