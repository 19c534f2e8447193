import type { SpoolStats } from "./event-spool.js";

/** The counts where there is no spool. */
export const NO_SPOOL: SpoolStats = Object.freeze({
  bytes: 0,
  replayed: 0,
  expired: 0,
  setAside: 0,
  writeErrors: 0,
  memoryOnly: 0,
});
