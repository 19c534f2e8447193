import { formatCount } from "../../format/count.js";
import { formatDuration } from "../../format/duration.js";
import { deedInWords } from "../compare-deeds.js";
import type { DemoResult } from "../demo-result.js";
import type { Page } from "./page.js";

/** Whether everything arrived, and what did not. */
export function showVerdict(
  page: Page,
  { complete, comparison, agent, metrics }: DemoResult,
  millis: number,
): void {
  const { style } = page.out;
  page.line();
  if (complete) {
    const { bold, good } = style;
    const done = formatCount(agent.deeds.length, "thing");
    page.line(good(bold(`All ${done} that the agent did are rows: none is missing, none is`)));
    page.line(good(bold(`there twice, and nothing was dead-lettered. ${formatDuration(millis)} in all.`)));
    return;
  }
  const { missing, surplus } = comparison;
  page.line(style.bad("The rows are not what the agent did."));
  for (const deed of missing) page.line(style.bad(`  missing: ${deedInWords(deed)}`));
  for (const deed of surplus) page.line(style.bad(`  too many: ${deedInWords(deed)}`));
  if (metrics.messages_dead_lettered > 0)
    page.line(style.bad(`  ${formatCount(metrics.messages_dead_lettered, "dead letter")}`));
}

/** Three commands that work where the demo worked. */
export function showNextSteps(page: Page, program: string): void {
  const { accent, bold } = page.out.style;
  page.line();
  page.line(bold("Try next"));
  const steps = [
    [`${program} demo --stay`, "the same, then look around in it with psql, tail and curl"],
    [`${program} dev`, "the same servers for your own agent, until Ctrl-C"],
    [`${program} dev -- ${program} doctor`, "looks at everything between an agent and its rows"],
  ];
  for (const [command = "", does = ""] of steps) {
    page.line(`  ${accent(command)}`);
    page.line(`      ${does}`);
  }
}
