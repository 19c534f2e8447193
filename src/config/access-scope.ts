/** What a token of the HTTP server allows: reading, writing labels, sending events and spans. */
export const ACCESS_SCOPES = ["read", "write", "ingest"] as const;
export type AccessScope = (typeof ACCESS_SCOPES)[number];
