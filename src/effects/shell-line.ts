const DOUBLE = String.raw`"(?:\\[\s\S]|[^"\\])*"`;
const SINGLE = String.raw`\$'(?:\\[\s\S]|[^'\\])*'|'[^']*'`;
const QUOTED = String.raw`${DOUBLE}|${SINGLE}|\\[\s\S]`;

/** A comment, something quoted, the end of a command with the comment right behind it, or any other character. */
const PARTS = new RegExp(
  String.raw`((?:^|[^\S\n])#[^\n]*)|${QUOTED}|((?:&&|\|\||[;|\n]|(?<![>&])&(?![>&]))(?:#[^\n]*)?)|[\s\S]`,
  "g",
);

/** The commands of a line, split where the shell does: outside of quotes. Comments are left out. */
export function commandsOf(line: string): string[] {
  const commands: string[] = [];
  let command = "";
  for (const [part, comment, end] of line.matchAll(PARTS)) {
    if (end !== undefined) {
      commands.push(command);
      command = "";
    } else if (comment === undefined) command += part;
  }
  commands.push(command);
  return commands.map((text) => text.trim()).filter((text) => text !== "");
}

/** A redirection with its target, something quoted, or any other character. */
const PIECES = new RegExp(
  String.raw`((?:(?<!\S)\d+|&)?[<>]+[&|]?[^\S\n]*(?:${QUOTED}|[^\s"'\\<>])*)|${QUOTED}|[\s\S]`,
  "g",
);

/** The words of a command as its program gets them: without quotes and redirections. Variables and patterns stay as they are written. */
export function wordsOf(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const end = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (const [piece, redirection] of command.matchAll(PIECES)) {
    if (redirection !== undefined || /^\s$/.test(piece)) end();
    else if (piece !== "\\\n") word = (word ?? "") + unquoted(piece);
  }
  end();
  return words;
}

function unquoted(piece: string): string {
  if (piece.length === 1) return piece;
  if (piece.startsWith("\\")) return piece.slice(1);
  return piece.startsWith('"')
    ? piece.slice(1, -1).replaceAll(/\\([$`"\\])/g, "$1")
    : piece.replace(/^\$?'|'$/g, "");
}

/** Streams that go together, or nowhere. */
const HARMLESS = /(?:\d?>&\d|[\d&]?>\s?\/dev\/null)(?!\S)/g;

/**
 * Whether the shell does more for the command than to run its program: writes to a file, or runs commands in `$(...)`, backticks, `<(...)` or
 * parentheses. Behind `<<` there is text in which quotes are none, so what follows is not known.
 */
export function shellDoesMore(command: string): boolean {
  const plain = command.replaceAll(ALL_QUOTED, '""').replaceAll(HARMLESS, "");
  if (/[>(]|(?<!<)<<(?!<)/.test(plain)) return true;
  // In double quotes commands are run too.
  const expanded = command.replaceAll(ALL_QUOTED, (part) =>
    part.startsWith('"') ? part.replaceAll(/\\[\s\S]/g, "") : "",
  );
  return /`|\$\(|\$\{[\s|]/.test(expanded);
}

/** Whether the shell makes words of the command that are not written in it, and may be options: from a variable, braces or escaped characters. */
export const hasUnknownWords = (command: string): boolean =>
  /\s-*(\$[\w{@*]|\{[^\s}]*,)/.test(
    command.replaceAll(ALL_QUOTED, (part) => (part.startsWith("$'") && part.includes("\\") ? "$_" : '""')),
  );

const ALL_QUOTED = new RegExp(QUOTED, "g");
