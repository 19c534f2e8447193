/** Whose events are those of which nobody says it. */
export const DEFAULT_SENDER = "default";

/**
 * Header of a Kafka record that names its sender: put there by who takes an event in, never by the event itself, and only beside a call key of
 * another sender than {@link DEFAULT_SENDER}.
 */
export const SENDER_HEADER = "sender";
