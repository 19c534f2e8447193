import { contentHashes, replaced } from "./content-hash.js";
import { type Members, membersOf, textOf } from "./members.js";

/** What the tools of Claude Code give (`toolUseResult`, `tool_response` of a hook), without whole files that are told elsewhere. */
export function claudeResult(raw: unknown, told: string | undefined): unknown {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return told ?? raw;
  const { originalFile: _whole, content, ...rest } = raw as Members;
  // Of a file that was written the contents are in the parameters; of any other result they are the result.
  return "originalFile" in raw || content === undefined ? rest : { ...rest, content };
}

/** What was done to a file, as its contents before and after show it. */
export function claudeExtras(parameters: unknown, raw: unknown): Members {
  const result = membersOf(raw);
  if (!("originalFile" in result)) return {};
  const before = typeof result.originalFile === "string" ? result.originalFile : undefined;
  return { ...contentHashes(before, contentsAfter(membersOf(parameters), result, before)) };
}

function contentsAfter(parameters: Members, result: Members, before: string | undefined): string | undefined {
  if (typeof result.content === "string") return result.content;
  const edits = Array.isArray(parameters.edits) ? parameters.edits : [{ ...parameters, ...namesOf(result) }];
  return edits.reduce<string | undefined>((contents, edit: unknown) => {
    const { old_string: oldText, new_string: newText, replace_all: all } = membersOf(edit);
    return replaced(contents, oldText, newText, all === true);
  }, before);
}

// What was replaced in the end: a model's quotes may have been mended.
const namesOf = ({ oldString, newString, replaceAll }: Members): Members => ({
  ...(textOf(oldString) !== undefined && { old_string: oldString }),
  ...(typeof newString === "string" && { new_string: newString }),
  ...(typeof replaceAll === "boolean" && { replace_all: replaceAll }),
});
