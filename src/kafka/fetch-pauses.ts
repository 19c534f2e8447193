/**
 * A fetch that found few records is followed by a pause, in which others gather. A fetch and the transaction behind it cost a millisecond of
 * processor time however few records they bring, so without it 200 records a second would be a third of a core. Where only some come the pause is
 * longer: there it decides about the load, and behind larger fetches about the time until a row is seen.
 */
const PAUSE_MILLIS = 6;
const LONG_PAUSE_MILLIS = 10;
/** Records of a partition from which on there is none, and of a whole response up to which it is the long one. */
const FEW_RECORDS = 50;
const VERY_FEW_RECORDS = 4;

export class FetchPauses {
  /** Of the latest response; with several brokers of any of them. */
  #records = 0;

  /** A response to a fetch is here. */
  responded(): void {
    this.#records = 0;
  }

  /** A partition of the response has so many records. */
  found(records: number): void {
    this.#records += records;
  }

  /**
   * Milliseconds to wait until the next fetch, for a partition of the response whose records were taken; 0 is not at all.
   *
   * @param hasMore the partition holds records that the response did not bring
   */
  after(records: number, hasMore: boolean): number {
    if (hasMore || records >= FEW_RECORDS) return 0;
    return this.#records <= VERY_FEW_RECORDS ? LONG_PAUSE_MILLIS : PAUSE_MILLIS;
  }
}
