import type { Command, Example } from "./command.js";
import type { OptionSpec } from "./option.js";
import { COMMON_OPTIONS, valueName } from "./parse-arguments.js";
import type { Style } from "./style.js";
import { wrapText } from "./wrap-text.js";

export const PROGRAM = "agent-actions";

/** What a help page is drawn with. */
export interface HelpCanvas {
  readonly style: Style;
  readonly columns: number;
}

/**
 * The help of one command, always in the same shape: one line what it does, usage, options with defaults and
 * environment names, examples.
 */
export function commandHelp(command: Command, canvas: HelpCanvas): string {
  const { style, columns } = canvas;
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  return joinBlocks([
    [`${style.bold(`${PROGRAM} ${command.name}`)}: ${command.summary}`],
    [style.bold("Usage"), ...command.usage.map((line) => `  ${PROGRAM} ${line}`)],
    ...(command.details ?? []).map((paragraph) => wrapText(paragraph, columns)),
    [style.bold("Options"), ...optionLines(options, canvas)],
    [style.bold("Examples"), ...command.examples.flatMap((example) => exampleLines(example, canvas))],
  ]);
}

/** What `agent-actions --help` shows: every command in a line. */
export function programHelp(commands: readonly Command[], summary: string, canvas: HelpCanvas): string {
  const { style, columns } = canvas;
  const width = Math.max(...commands.map(({ name }) => name.length));
  return joinBlocks([
    [`${style.bold(PROGRAM)}: ${summary}`],
    [style.bold("Usage"), `  ${PROGRAM} COMMAND [options]`],
    [style.bold("Commands"), ...commands.flatMap((command) => commandLines(command, width, canvas))],
    [
      style.bold("Options"),
      ...optionLines(
        [
          ["help", { type: "flag", short: "h", description: "Show this help, or that of a command." }],
          ["version", { type: "flag", short: "V", description: "Show the version." }],
        ],
        canvas,
      ),
    ],
    [
      style.bold("Examples"),
      ...exampleLines({ command: "demo", does: "Watch an agent's actions become rows." }, canvas),
      ...exampleLines(
        { command: "dev -- node agent.js", does: "Run your own agent against a stack of its own." },
        canvas,
      ),
    ],
    wrapText(
      `Settings come from options, then the environment. Colours: NO_COLOR and FORCE_COLOR are honoured.`,
      columns,
    ),
  ]);
}

const INDENT = "  ";
const GUTTER = 3;
const MAX_LABEL = 24;

function commandLines(command: Command, width: number, { style, columns }: HelpCanvas): string[] {
  const label = `${INDENT}${command.name.padEnd(width + GUTTER)}`;
  return wrapText(command.summary, columns - label.length).map((line, index) =>
    index === 0 ? style.accent(label) + line : " ".repeat(label.length) + line,
  );
}

function optionLines(options: readonly (readonly [string, OptionSpec])[], canvas: HelpCanvas): string[] {
  const labels = options.map(([name, spec]) => optionLabel(name, spec));
  const width = Math.min(Math.max(...labels.map((label) => label.length)), MAX_LABEL) + GUTTER;
  return options.flatMap(([, spec], index) => {
    const label = labels[index] ?? "";
    const indent = " ".repeat(INDENT.length + width);
    const words = wrapText(optionWords(spec), canvas.columns - indent.length);
    const shown = INDENT + canvas.style.accent(label);
    // A long label has its line to itself, so that one long option does not push every description to the right.
    if (label.length + GUTTER > width) return [shown, ...words.map((line) => indent + line)];
    return words.map((line, at) => (at === 0 ? shown + " ".repeat(width - label.length) : indent) + line);
  });
}

function optionLabel(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? "" : `-${spec.short}, `;
  const value = valueName(spec);
  return value === "" ? `${short}--${name}` : `${short}--${name} ${value}`;
}

function optionWords(spec: OptionSpec): string {
  const fallback = spec.otherwise ?? (spec.type === "flag" ? undefined : spec.default?.toString());
  return [
    spec.description,
    fallback === undefined ? "" : `Default: ${fallback}.`,
    spec.env === undefined ? "" : `Environment: ${spec.env.join(", ")}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

function exampleLines({ command, does }: Example, { style, columns }: HelpCanvas): string[] {
  return [
    `${INDENT}${style.accent(command.startsWith("$ ") ? command.slice(2) : `${PROGRAM} ${command}`)}`,
    ...wrapText(does, columns - 6).map((line) => `      ${line}`),
  ];
}

function joinBlocks(blocks: readonly (readonly string[])[]): string {
  return blocks.map((lines) => lines.join("\n")).join("\n\n");
}
