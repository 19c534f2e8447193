/** What a model wrote as arguments; the text itself where that is no JSON. */
export function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}
