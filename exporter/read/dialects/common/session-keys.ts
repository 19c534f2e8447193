/** The names that a session goes by among a program's own data. */
const SESSION_NAMES = [
  "sessionId",
  "session_id",
  "conversationId",
  "conversation_id",
  "threadId",
  "thread_id",
  "chatId",
  "chat_id",
];

/** The attributes in which the AI SDK writes what a program calls its session, as one of the program's own data under a prefix. */
export const sessionKeysUnder = (prefixes: readonly string[]): readonly string[] =>
  prefixes.flatMap((prefix) => SESSION_NAMES.map((name) => `${prefix}.${name}`));
