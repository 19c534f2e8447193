/** What is logged of the first event that is dropped for a reason, where the reason says all. */
export const DROP_SENTENCES = {
  queue_full:
    "An event was dropped: the queue is full (maxQueueSize, maxQueueBytes), because Kafka takes fewer events than there are.",
  shut_down: "An event was dropped: it came after shutdown().",
  spool_full: "An event was dropped: the queue is full, and so is the spool (spoolMaxBytes).",
  spool_failed: "An event was dropped: the queue is full, and the disk does not take it.",
  spool_expired: "Events were dropped: they have been in the spool for too long (spoolMaxAgeMillis).",
  spool_lost: "Events were lost: their file in the spool is damaged, or somebody has removed it.",
} as const;
