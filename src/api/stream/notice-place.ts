/** Where a reader of notices stands: behind one of a transaction. Transactions are passed once no older one is open, so nothing comes later there. */
export interface NoticePlace {
  /** `agent_actions_installation.id`. */
  readonly installation: string;
  /** Decimal digits of an xid8. */
  readonly xactId: string;
  /** The notice; the nil UUID stands before all of the transaction. */
  readonly noticeId: string;
}

/** The id of an event. */
export const noticePlaceText = ({ installation, xactId, noticeId }: NoticePlace): string =>
  [installation, xactId, noticeId].join(":");

const PLACE =
  /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,19}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** `undefined` for a text that is none of ours. */
export function parseNoticePlace(text: string): NoticePlace | undefined {
  const [, installation, xactId, noticeId] = PLACE.exec(text) ?? [];
  return installation === undefined || xactId === undefined || noticeId === undefined
    ? undefined
    : { installation, xactId, noticeId };
}

/** Whether the one comes before the other. Of one installation. */
export function isBefore(one: NoticePlace, other: NoticePlace): boolean {
  const byTransaction = BigInt(one.xactId) - BigInt(other.xactId);
  return byTransaction < 0n || (byTransaction === 0n && one.noticeId < other.noticeId);
}
