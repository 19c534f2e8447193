import { integer, type OptionTable, option } from "../../config/option.js";
import { defineCommand } from "../framework/command.js";
import { DATABASE_OPTIONS, JSON_OPTIONS } from "../framework/shared-options.js";

const SIZE = /^(\d+(?:\.\d+)?)\s*(|k|m|g|t)(i?)b?$/i;
const POWERS = ["", "k", "m", "g", "t"];

/** `500GB`, `1.5TiB`, `1000000`: bytes. */
function sizeOf(text: string): number | undefined {
  const [, digits, unit = "", binary] = SIZE.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (binary ? 1_024 : 1_000) ** POWERS.indexOf(unit.toLowerCase());
  return Number.isFinite(bytes) && bytes > 0 ? Math.round(bytes) : undefined;
}

export const GROWTH_OPTIONS = {
  days: integer({
    minimum: 1,
    maximum: 366,
    default: 7,
    unit: "days",
    description: "How many of the last days the forecast is made from.",
  }),
  disk: option<number>(
    {
      placeholder: "SIZE",
      unit: "bytes",
      description: "What the tables may take: 500GB, 2TiB. Postgres does not know how large its disk is.",
    },
    {
      expected: "a size like 500GB, 1.5TB or 200GiB",
      fromText: sizeOf,
      fromCode: (given) => (typeof given === "number" && given > 0 ? given : undefined),
    },
  ),
  keep: integer({
    minimum: 1,
    maximum: 36_500,
    unit: "days",
    description: "Say what the tables take in the long run when rows go after so many days.",
  }),
  ...JSON_OPTIONS,
  ...DATABASE_OPTIONS,
} as const satisfies OptionTable;

export const growthCommand = defineCommand({
  name: "growth",
  summary: "says how fast the tables grow, and when a disk is full.",
  usage: ["growth [options]"],
  details: [
    "A forecast from the last days as they were: it knows of no weekends and no plans. What a row takes is measured, with its share of indexes and of the other tables.",
    "Exit code 1 where the disk is full already.",
  ],
  options: GROWTH_OPTIONS,
  examples: [
    { command: "growth --disk 500GB", does: "Bytes a day by project, and the days that are left." },
    { command: "growth --days 28 --keep 90", does: "What three months of rows will take." },
  ],
  run: async (input, context) => (await import("../growth/run-growth.js")).runGrowth(input, context),
});
