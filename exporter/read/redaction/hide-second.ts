import { isPlaceholder } from "./plausible-secret.js";
import type { Hide } from "./text-rule.js";

/**
 * Hides the second group of a pattern wherever it matches, where that is no placeholder.
 *
 * @param pattern global; its first group, which stays, begins the match, and the second follows at once
 */
export function hideSecond(text: string, pattern: RegExp, hide: Hide): void {
  for (const { index, 1: before = "", 2: found = "" } of text.matchAll(pattern)) {
    const secret = found.trimEnd();
    const start = index + before.length;
    if (!isPlaceholder(secret)) hide(start, start + secret.length);
  }
}
