import { applyEdits, modify, type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { type Addition, type ConfigLanguage, ConfigTextError, isSame, valueAt } from "./config-edit.js";

/** JSON, with comments and trailing commas where a file has them. */
export const jsonConfig: ConfigLanguage = {
  add(given, additions) {
    let text = given.trim() === "" ? "{}\n" : given;
    const added: Addition[] = [];
    const kept: Addition[] = [];
    for (const addition of additions) {
      const { at, value, isItem } = addition;
      const present = valueAt(read(text), at);
      if (isItem) {
        if (present !== undefined && !Array.isArray(present))
          throw new ConfigTextError(`${at.join(".")} is no list`);
        const items = Array.isArray(present) ? present : [];
        if (items.some((item) => isSame(item, value))) continue;
        text = changed(
          text,
          present === undefined ? at : [...at, items.length],
          present === undefined ? [value] : value,
        );
      } else if (present === undefined) text = changed(text, at, value);
      else {
        if (!isSame(present, value)) kept.push(addition);
        continue;
      }
      added.push(addition);
    }
    return { text, added, kept };
  },

  remove(given, added) {
    let text = given;
    const removed: Addition[] = [];
    const kept: Addition[] = [];
    for (const addition of added.toReversed()) {
      const { at, value, isItem } = addition;
      const present = valueAt(read(text), at);
      const index = isItem && Array.isArray(present) ? present.findIndex((item) => isSame(item, value)) : -1;
      if (isItem ? index === -1 : !isSame(present, value)) {
        if (present !== undefined && !isItem) kept.push(addition);
        continue;
      }
      text = withoutEmpty(
        changed(text, isItem ? [...at, index] : at, undefined),
        isItem ? at : at.slice(0, -1),
      );
      removed.push(addition);
    }
    return { text, added: removed, kept };
  },
};

// What is empty now was made for what stood in it, or says nothing.
function withoutEmpty(given: string, at: readonly string[]): string {
  let text = given;
  for (let depth = at.length; depth > 0; depth--) {
    const place = at.slice(0, depth);
    const value = valueAt(read(text), place);
    if (typeof value !== "object" || value === null || Object.keys(value).length > 0) return text;
    text = changed(text, place, undefined);
  }
  return text;
}

function read(text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined)
    throw new ConfigTextError(
      `line ${text.slice(0, first.offset).split("\n").length} is no JSON (${printParseErrorCode(first.error)})`,
    );
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ConfigTextError("it is no JSON object");
  return value;
}

function changed(text: string, at: readonly (string | number)[], value: unknown): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  const formattingOptions = {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
    eol,
  };
  const edits = modify(text, [...at], value, { formattingOptions });
  return applyEdits(text, edits);
}
