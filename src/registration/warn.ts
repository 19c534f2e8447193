/** A warning of Node's own kind: it shows once, on stderr, and hosts know how to silence it. */
export function warn(message: string): void {
  process.emitWarning(message, { code: "AGENT_ACTIONS_REGISTER" });
}
