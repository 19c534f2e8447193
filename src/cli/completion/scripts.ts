/** Completion scripts of shells, made from the table of commands. */
import type { Option } from "../../config/option.js";
import type { Command } from "../framework/command.js";
import { PROGRAM } from "../framework/help.js";

type Script = (commands: readonly Command[]) => string;

const optionsOf = (command: Command): readonly [string, Option][] => Object.entries(command.options);
const flagsOf = (command: Command): string =>
  [...optionsOf(command).map(([name]) => `--${name}`), "--help"].join(" ");

/** As one word of a shell of the Bourne family, or of fish: what stands in single quotes is taken as it is, but for these two. */
const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const bourneQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The first sentence of a description, without what is for documentation. */
const shortened = (text: string): string => text.replace(/\. .*$/s, ".").replaceAll("`", "");

/** Where a value is any text, no words are offered, and bash completes the names of files. */
const bash: Script = (commands) => {
  const values = commands.flatMap((command) =>
    optionsOf(command).flatMap(([name, { placeholder, choices }]) =>
      placeholder === undefined
        ? []
        : [`    "${command.name} --${name}") words=${bourneQuoted(choices?.join(" ") ?? "")} ;;`],
    ),
  );
  const options = commands.map(
    (command) => `        ${command.name}) words=${bourneQuoted(flagsOf(command))} ;;`,
  );
  return `# Completion of ${PROGRAM} for bash: source <(${PROGRAM} completion bash)
_agent_actions() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" command="\${COMP_WORDS[1]}" words=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${bourneQuoted([...commands.map(({ name }) => name), "--help", "--version"].join(" "))} -- "$current"))
    return
  fi
  case "$command $previous" in
${values.join("\n")}
    *)
      [[ $current == -* ]] || return
      case "$command" in
${options.join("\n")}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _agent_actions ${PROGRAM}`;
};

/** `_arguments` takes brackets and colons for its own. */
const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, "\\$&");

const zsh: Script = (commands) => {
  const described = commands.map(({ name, summary }) => `    ${bourneQuoted(`${name}:${zshText(summary)}`)}`);
  const cases = commands.map((command) => {
    const specs = optionsOf(command).map(([name, option]) => {
      const { placeholder, choices, description } = option;
      const value =
        placeholder === undefined ? "" : choices ? `:value:(${choices.join(" ")})` : ":value:_files";
      const again = "repeatable" in option ? "*" : "";
      return bourneQuoted(`${again}--${name}[${zshText(shortened(description))}]${value}`);
    });
    const all = [...specs, bourneQuoted("--help[Show this help.]"), bourneQuoted("*:argument:_files")];
    return `    ${command.name}) _arguments ${all.join(" \\\n      ")} ;;`;
  });
  return `#compdef ${PROGRAM}
# Completion of ${PROGRAM} for zsh: a file _${PROGRAM} in a folder of fpath.
_agent_actions() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
if [[ "$funcstack[1]" == "_${PROGRAM}" ]]; then
  _agent_actions "$@"
else
  compdef _agent_actions ${PROGRAM}
fi`;
};

const fish: Script = (commands) => {
  const complete = `complete -c ${PROGRAM}`;
  const lines = commands.flatMap((command) => [
    `${complete} -n __fish_use_subcommand -f -a ${command.name} -d ${quoted(command.summary)}`,
    ...optionsOf(command).map(([name, { placeholder, choices, description }]) => {
      const value = placeholder === undefined ? "" : choices ? ` -x -a ${quoted(choices.join(" "))}` : " -r";
      return `${complete} -n '__fish_seen_subcommand_from ${command.name}' -l ${name}${value} -d ${quoted(shortened(description))}`;
    }),
  ]);
  return [`# Completion of ${PROGRAM} for fish.`, ...lines].join("\n");
};

/** By the names of the shells. */
export const COMPLETIONS: Readonly<Record<string, Script>> = { bash, zsh, fish };
