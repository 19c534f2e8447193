import { Help } from "commander";
import type { Option } from "../../config/option.js";
import type { Command, Example } from "./command.js";
import type { Style } from "./output.js";

export const PROGRAM = "agent-actions";
export const PROGRAM_SUMMARY = "every action an agent takes, as one row in your own Postgres";

/** What a help page is drawn with. */
export interface HelpCanvas {
  readonly style: Style;
  readonly columns: number;
}

/** One line of a list: a name, and the words beside it. */
type Item = readonly [label: string, words: string];

const HELP_ITEM: Item = ["-h, --help", "Show this help."];
const MAX_LABEL = 24;

/** The help of one command: what it does, usage, options with defaults and environment names, examples. */
export function commandHelp(command: Command, canvas: HelpCanvas): string {
  const { style, columns } = canvas;
  const options = Object.entries(command.options).map(
    ([name, option]): Item => [
      option.placeholder === undefined ? `--${name}` : `--${name} ${option.placeholder}`,
      optionWords(option),
    ],
  );
  return page([
    `${style.bold(`${PROGRAM} ${command.name}`)}: ${command.summary}`,
    section(
      "Usage",
      command.usage.map((line) => `  ${PROGRAM} ${line}`),
      canvas,
    ),
    ...(command.details ?? []).map((paragraph) => wrapText(paragraph, columns).join("\n")),
    section("Options", itemLines([...options, HELP_ITEM], canvas), canvas),
    section(
      "Examples",
      command.examples.flatMap((example) => exampleLines(example, canvas)),
      canvas,
    ),
  ]);
}

/** What `agent-actions --help` shows: every command in a line. */
export function programHelp(commands: readonly Command[], canvas: HelpCanvas): string {
  const examples = [
    { command: "demo", does: "Watch an agent's actions become rows." },
    { command: "dev -- node agent.js", does: "Run your own agent against a stack of its own." },
  ];
  const options: Item[] = [
    ["-h, --help", "Show this help, or that of a command."],
    ["-V, --version", "Show the version."],
  ];
  return page([
    `${canvas.style.bold(PROGRAM)}: ${PROGRAM_SUMMARY}`,
    section("Usage", [`  ${PROGRAM} COMMAND [options]`], canvas),
    section(
      "Commands",
      itemLines(
        commands.map(({ name, summary }) => [name, summary]),
        canvas,
      ),
      canvas,
    ),
    section("Options", itemLines(options, canvas), canvas),
    section(
      "Examples",
      examples.flatMap((example) => exampleLines(example, canvas)),
      canvas,
    ),
    wrapText(
      "Settings come from options, then the environment. Colours: NO_COLOR and FORCE_COLOR are honoured.",
      canvas.columns,
    ).join("\n"),
  ]);
}

function optionWords({ description, env, default: value, defaultText, placeholder }: Option): string {
  const standard = defaultText ?? (placeholder === undefined ? undefined : value?.toString());
  return (
    [
      description,
      ...(standard === undefined ? [] : [`Default: ${standard}.`]),
      ...(env.length === 0 ? [] : [`Environment: ${env.join(", ")}.`]),
    ]
      .join(" ")
      .replaceAll("`", "")
      // Descriptions stand in the pages too, where what they name is a link.
      .replaceAll(/\[([^\]]+)\]\(([\w-]+\.md)[^)]*\)/g, "$1 (docs/$2)")
  );
}

function itemLines(items: readonly Item[], { style, columns }: HelpCanvas): string[] {
  const help = new Help();
  help.helpWidth = columns;
  const width = Math.min(Math.max(...items.map(([label]) => label.length)), MAX_LABEL) + 1;
  return items.flatMap(([label, words]) =>
    // A long label has its line to itself, so that one long option does not push every description to the right.
    label.length < width
      ? help.formatItem(style.accent(label), width, words, help)
      : [`  ${style.accent(label)}`, help.formatItem("", width, words, help)],
  );
}

function exampleLines({ command, does }: Example, { style, columns }: HelpCanvas): string[] {
  const lines = wrapText(does, columns - 6).map((line) => `      ${line}`);
  return [`  ${style.accent(`${PROGRAM} ${command}`)}`, ...lines];
}

function section(title: string, lines: readonly string[], { style }: HelpCanvas): string {
  return [style.bold(title), ...lines].join("\n");
}

/** Breaks a text into lines of at most so many characters, at spaces. */
export const wrapText = (text: string, columns: number): string[] =>
  new Help().boxWrap(text, columns).split("\n");

const page = (blocks: readonly string[]): string => blocks.join("\n\n");
