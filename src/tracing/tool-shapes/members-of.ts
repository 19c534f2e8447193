export type Members = Readonly<Record<string, unknown>>;

/** The members of an object; of anything else none. */
export const membersOf = (value: unknown): Members =>
  typeof value === "object" && value !== null ? (value as Members) : {};
