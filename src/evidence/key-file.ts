import { readFileSync } from "node:fs";
import { describeError } from "../internal/describe-error.js";
import { parseSigningKey, type SigningKey } from "./note.js";

/** The key of a file, or what is wrong with the file. The problem never shows the key. */
export function readKeyFile(file: string): SigningKey | { readonly problem: string } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return {
      problem: `the key file ${file} cannot be read: ${describeError(error).message}. Make one: agent-actions audit keygen NAME --key-file ${file}`,
    };
  }
  return (
    parseSigningKey(text) ?? {
      problem: `the key file ${file} holds no key. Make one: agent-actions audit keygen NAME --key-file FILE`,
    }
  );
}
