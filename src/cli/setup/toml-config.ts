import { parse, stringify, type TomlTable } from "smol-toml";
import { type Addition, type ConfigLanguage, ConfigTextError, isSame, valueAt } from "./config-edit.js";

/**
 * TOML. What is added are whole lines, in a table that is there or behind the end; whether the file then says what it has to is read back. Lists are not
 * added to: no agent needs it.
 */
export const tomlConfig: ConfigLanguage = {
  add(given, additions) {
    let text = given;
    const added: Addition[] = [];
    const kept: Addition[] = [];
    for (const addition of additions) {
      const present = valueAt(read(text), addition.at);
      if (present !== undefined) {
        if (!isSame(present, addition.value)) kept.push(addition);
        continue;
      }
      text = withLine(text, addition);
      if (!isSame(valueAt(read(text), addition.at), addition.value))
        throw new ConfigTextError(
          `${addition.at.join(".")} cannot be added: write ${lineOf(addition)} by hand`,
        );
      added.push(addition);
    }
    return { text, added, kept };
  },

  remove(given, added) {
    let text = given;
    const removed: Addition[] = [];
    const kept: Addition[] = [];
    for (const addition of added.toReversed()) {
      const lines = text.split("\n");
      const at = lines.indexOf(lineOf(addition));
      if (at === -1 || !isSame(valueAt(read(text), addition.at), addition.value)) {
        if (valueAt(read(text), addition.at) !== undefined) kept.push(addition);
        continue;
      }
      lines.splice(at, 1);
      text = withoutEmptyTable(lines, addition.at.slice(0, -1)).join("\n");
      removed.push(addition);
    }
    read(text);
    return { text, added: removed, kept };
  },
};

function read(text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigTextError(
      `it is no TOML: ${error instanceof Error ? error.message.split("\n", 1)[0] : ""}`,
    );
  }
}

const headerOf = (table: readonly string[]): string => `[${table.map(keyOf).join(".")}]`;
const keyOf = (name: string): string => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name));
const lineOf = ({ at, value }: Addition): string => `${keyOf(at.at(-1) ?? "")} = ${inline(value)}`;

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${keyOf(name)} = ${inline(inner)}`)
      .join(", ")} }`;
  return stringify({ x: value }).trim().slice("x = ".length);
}

function withLine(text: string, addition: Addition): string {
  const table = addition.at.slice(0, -1);
  const lines = text.split("\n");
  const header = lines.findIndex(
    (line) => line.replace(/#.*$/, "").replaceAll(" ", "").trim() === headerOf(table),
  );
  if (header !== -1) return lines.toSpliced(endOfTable(lines, header), 0, lineOf(addition)).join("\n");
  const separator = text === "" ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  return `${text}${separator}${headerOf(table)}\n${lineOf(addition)}\n`;
}

// Behind the last line of the table that says something.
function endOfTable(lines: readonly string[], header: number): number {
  const next = lines.findIndex((line, index) => index > header && /^\s*\[/.test(line));
  let end = next === -1 ? lines.length : next;
  while (end > header + 1 && (lines[end - 1] ?? "").trim() === "") end--;
  return end;
}

function withoutEmptyTable(lines: readonly string[], table: readonly string[]): readonly string[] {
  const header = lines.indexOf(headerOf(table));
  if (header === -1) return lines;
  const next = lines.findIndex((line, index) => index > header && /^\s*\[/.test(line));
  const body = lines.slice(header + 1, next === -1 ? undefined : next);
  if (body.some((line) => line.trim() !== "")) return lines;
  // The empty line in front of it came with it.
  const from = header > 0 && lines[header - 1]?.trim() === "" ? header - 1 : header;
  const rest = lines.toSpliced(from, (next === -1 ? lines.length : next) - from);
  return next === -1 && rest.length > 0 ? [...rest, ""] : rest;
}
