/** How this program was called, so that a command that is suggested works as it stands. */
export function programName(env: NodeJS.ProcessEnv): string {
  // npm sets it for whatever it runs: `npm run demo`, `npx agent-actions demo`.
  return env.npm_lifecycle_event === undefined && env.npm_command === undefined
    ? "agent-actions"
    : "npx agent-actions";
}
