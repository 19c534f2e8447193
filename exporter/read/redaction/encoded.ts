import { characterSet, eachRun } from "./character-runs.js";
import type { TextRule } from "./text-rule.js";

/** Shorter ones have no room for a credential; longer ones are read in part. */
export const SHORTEST_ENCODED = 24;
/** A docker configuration inside a Kubernetes secret is encoded twice. */
const MAX_LAYERS = 3;

/**
 * What is hidden inside base64, as in a kubeconfig, a Kubernetes secret or a mail: the text inside is searched as any other, and where something would be hidden
 * in it, all of it is hidden.
 *
 * @param hasSecret whether something would be hidden in a text
 */
export function encodedRule(hasSecret: (text: string) => boolean): TextRule {
  let layer = 0;
  return {
    name: "base64 of a text with a credential",
    literals: [],
    longRuns: true,
    find({ plain }, hide) {
      if (layer >= MAX_LAYERS) return;
      layer++;
      try {
        eachRun(plain, OF_BASE64, SHORTEST_ENCODED, (start, end) => {
          const from = Math.max(0, start - MAX_LEAD);
          for (const { index, 0: encoded } of plain.slice(from, end + 2).matchAll(ENCODED)) {
            const text = decoded(encoded);
            if (text !== undefined && hasSecret(text)) hide(from + index, from + index + encoded.length);
          }
        });
      } finally {
        layer--;
      }
    },
  };
}

const OF_BASE64 = characterSet(/[\w+/-]/);
/** The start of a terminal's colour, and what stands before it. */
const MAX_LEAD = 12;

// In base64 of plain text each group of four begins with one of these.
const ENCODED = /(?:(?<![\w/])|(?<=\[[\d;]{0,8}m))(?:[CDI-Za-f][\w+/-]{3}){6}[\w+/-]{0,262144}={0,2}/g;

// Binary data and words that only look like it decode to something else than text, mostly in the first few bytes.
function decoded(encoded: string): string | undefined {
  const start = Buffer.from(encoded.slice(0, 24), "base64");
  if (start.some((byte) => byte > 126 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13))) return;
  const text = Buffer.from(encoded, "base64").toString("latin1");
  return /[^\t\n\r -\xff]/.test(text) ? undefined : text;
}
