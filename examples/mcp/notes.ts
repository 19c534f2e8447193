const NOTES: Readonly<Record<string, string>> = {
  kafka: "Six topics in.",
  postgres: "Six tables out.",
};

export const listNotes = (): readonly string[] => Object.keys(NOTES);

export function readNote({ title }: { title: string }): string {
  const text = NOTES[title];
  if (text === undefined) throw new RangeError(`There is no note "${title}"`);
  return text;
}
