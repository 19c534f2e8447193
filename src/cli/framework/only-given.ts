/** The members that have a value: what the command line did not say is left to the environment and the defaults. */
export function onlyGiven<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  // The compiler cannot follow entries back to their names; nothing but undefined members is left out.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>;
  };
}
