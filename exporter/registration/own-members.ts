/** On span processors and exporters of every copy of this package in a process. */
const OURS = Symbol.for("otel-agent-actions.takes-spans");

export function markAsOurs(member: object): void {
  Object.defineProperty(member, OURS, { value: true });
}

/** Whether a span processor or an exporter is one of this package, of whichever copy. */
export const isOurs = (member: unknown): boolean =>
  typeof member === "object" && member !== null && OURS in member;
