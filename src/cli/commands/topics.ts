import { flag, integer, type OptionTable } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { JSON_OPTIONS, KAFKA_OPTIONS } from "../framework/shared-options.js";

export const TOPICS_OPTIONS = {
  create: flag({ description: "Make the topics that are missing." }),
  partitions: integer({
    minimum: 1,
    defaultText: "6 for new topics",
    description: "Partitions that a topic should have: as many consumers can share the work.",
  }),
  "replication-factor": integer({
    minimum: 1,
    maximum: 32_767,
    defaultText: "the broker's default",
    description: "Brokers that should hold each record.",
  }),
  ...JSON_OPTIONS,
  ...KAFKA_OPTIONS,
} as const satisfies OptionTable;

export const topicsCommand = defineCommand({
  name: "topics",
  summary: "shows the topics in Kafka, and makes missing ones.",
  usage: ["topics [options]", "topics --create [options]"],
  details: [
    "Without --create it changes nothing and ends with exit code 1 when a topic is missing. Topics that exist are never changed: where partitions or replication differ from what is asked for, it says so.",
    "Other names: AGENT_ACTIONS_TOPIC_NAMES=onex, or AGENT_ACTIONS_TOPIC_ACTION and its siblings.",
  ],
  options: TOPICS_OPTIONS,
  examples: [
    { command: "topics", does: "What is there." },
    { command: "topics --create --partitions 12 --replication-factor 3", does: "Make them for production." },
  ],
  run: async (input, context) => (await import("../topics/run-topics.js")).runTopics(input, context),
});
