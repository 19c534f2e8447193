import { createHash } from "node:crypto";

/** Members of the details that a file operation is made from. */
export type ContentHashes = {
  readonly content_hash_before?: string;
  readonly content_hash_after?: string;
};

/** SHA-256 of the file's contents before and after, hex, of what is known; a file that was not there has no hash. */
export function contentHashes(before: string | undefined, after: string | undefined): ContentHashes {
  return {
    ...(before !== undefined && { content_hash_before: sha256(before) }),
    ...(after !== undefined && { content_hash_after: sha256(after) }),
  };
}

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** A file's contents after a text in it was replaced; `undefined` when the text is not there. */
export function replaced(
  contents: string | undefined,
  oldText: unknown,
  newText: unknown,
  all: boolean,
): string | undefined {
  if (contents === undefined || typeof oldText !== "string" || typeof newText !== "string") return undefined;
  if (oldText === "") return contents === "" ? newText : undefined;
  const at = contents.indexOf(oldText);
  if (at === -1) return undefined;
  // Not String.replace: in its second argument `$` is special.
  return all
    ? contents.split(oldText).join(newText)
    : contents.slice(0, at) + newText + contents.slice(at + oldText.length);
}
