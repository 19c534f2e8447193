import { flag, type OptionTable } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";

export const DEMO_OPTIONS = {
  "no-kafka": flag({
    description:
      "Start no Kafka: events go through files. So it is, too, where neither Java with Maven nor Docker is found.",
  }),
  loop: flag({
    description:
      "The agent repeats itself at the end. The demo shows how soon the service noticed, and in the dashboard it is a notice.",
  }),
  stay: flag({ description: "Keep the servers running afterwards, to look around in them." }),
  json: flag({ description: "One JSON object with every count at the end, instead of the show." }),
} as const satisfies OptionTable;

export const demoCommand = defineCommand({
  name: "demo",
  summary: "lets an agent work on this folder; its actions become rows.",
  usage: ["demo [options]"],
  details: [
    "Starts a real Kafka and a real Postgres, then an agent that needs no model: it lists, reads and searches this folder, decides, hands over to a second agent, fails at something and recovers, and writes a report to a temporary folder. It changes nothing here.",
    "The agent keeps its own list of what it did. The demo compares it with the rows and ends with exit code 1 when one is missing or there is one too many.",
  ],
  options: DEMO_OPTIONS,
  examples: [
    { command: "demo", does: "About fifteen seconds; the first run also fetches Kafka." },
    { command: "demo --stay", does: "Then look at the rows with psql, tail and curl." },
    { command: "demo --loop --stay", does: "Then look at the loop on the page Notices." },
  ],
  run: async (input, context) => (await import("../demo/run-demo.js")).runDemo(input, context),
});
