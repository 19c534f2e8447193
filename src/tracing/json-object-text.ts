/** The text of a JSON object from texts that are JSON already; a member that is `undefined` is left out. */
export function jsonObjectText(members: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(members).filter(([, text]) => text !== undefined);
  return `{${written.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
}
