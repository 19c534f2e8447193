/**
 * How much of what an installation needs, from measured costs of one record. Only arithmetic: {@link CHECKS} holds it to two measured
 * figures. The first is no input of it; `cycle` was set by the second, so that one only shows that the form fits.
 */

/** Microseconds of CPU a record, and bytes, as bench/ measured them on two shared cores; see docs/scaling.md. */
export interface Costs {
  /** Of the consumer's own process: decode, validate, batch. */
  readonly consumer: number;
  /** Of Postgres to insert a row, its change feed and file operations included. */
  readonly insert: number;
  /** Of Postgres to keep statistics of a row. */
  readonly statistics: number;
  /** Of the broker, to take a record and to hand it out once. */
  readonly broker: number;
  /** Of one cycle of reading and writing that finds anything at all, in microseconds. */
  readonly cycle: number;
  /** How many cycles a second there are at most: the consumer pauses after one that found little. */
  readonly cyclesPerSecond: number;
  /** A share of one core, without any record. */
  readonly idle: number;
  /** Bytes on Postgres's disk, with indexes. */
  readonly rowBytes: number;
  /** Bytes on a broker's disk, compressed, one copy. */
  readonly recordBytes: number;
}

export const MEASURED: Costs = {
  consumer: 27,
  insert: 16,
  statistics: 9,
  broker: 11,
  cycle: 2_200,
  cyclesPerSecond: 50,
  idle: 0.03,
  rowBytes: 740,
  recordBytes: 250,
};

export interface Load {
  /** Mean actions a second over a day. */
  readonly perSecond: number;
  /** Peak over mean. */
  readonly peak: number;
  readonly keepRowsDays: number;
  readonly keepRecordsDays: number;
  readonly replicas: number;
}

export interface Needs {
  /** Instances of the consumer, each at most 70 % of a core at the peak. */
  readonly consumers: number;
  readonly consumerCores: number;
  readonly postgresCores: number;
  readonly brokerCores: number;
  readonly postgresBytes: number;
  readonly kafkaBytes: number;
}

const DAY_SECONDS = 86_400;
/** What a process is planned to use of its core: the rest is for catching up. */
const PLANNED = 0.7;

export function needs(
  { perSecond, peak, keepRowsDays, keepRecordsDays, replicas }: Load,
  costs = MEASURED,
): Needs {
  const most = perSecond * peak;
  const consumerCores = consumerCpu(most, costs);
  return {
    consumers: Math.max(1, Math.ceil(consumerCores / PLANNED)),
    consumerCores,
    postgresCores: (most * (costs.insert + costs.statistics)) / 1e6,
    brokerCores: (most * costs.broker * replicas) / 1e6,
    postgresBytes: perSecond * DAY_SECONDS * keepRowsDays * costs.rowBytes,
    kafkaBytes: perSecond * DAY_SECONDS * keepRecordsDays * costs.recordBytes * replicas,
  };
}

/** Cores that one consumer uses at a rate: what records cost, and at low rates the cycles in which they come. */
export function consumerCpu(
  perSecond: number,
  { consumer, cycle, cyclesPerSecond, idle }: Costs = MEASURED,
): number {
  return idle + (Math.min(perSecond, cyclesPerSecond) * cycle + perSecond * consumer) / 1e6;
}

/** Rows a second where consumer, Postgres and broker share `cores`, and statistics wait. */
export function sharedCapacity(cores: number, { consumer, insert, broker }: Costs = MEASURED): number {
  return (cores * 1e6) / (consumer + insert + broker);
}

/** Figures of bench/README.md and docs/consumer.md that the model has to meet. */
export const CHECKS = [
  { name: "rows a second, all on two cores, warm", measured: 36_000, modelled: () => sharedCapacity(2) },
  { name: "share of a core at 200 records a second", measured: 0.14, modelled: () => consumerCpu(200) },
] as const;

export interface LagOfDay {
  /** Most records that waited. */
  readonly worst: number;
  readonly worstSeconds: number;
  /** Seconds from the end of the outage until nothing waits; `undefined`: not within two days. */
  readonly caughtUpAfter: number | undefined;
}

/**
 * Lag through a day with its peak at noon, second by second, with an outage of Postgres at the worst moment: it ends at the peak.
 *
 * @param capacity rows a second that can be stored
 */
export function lagOfDay(
  { perSecond, peak }: Pick<Load, "perSecond" | "peak">,
  capacity: number,
  outageSeconds: number,
): LagOfDay {
  const ends = DAY_SECONDS / 2;
  let waiting = 0;
  let worst = 0;
  for (let second = 0; second < 2 * DAY_SECONDS; second++) {
    const angle = (2 * Math.PI * (second - ends)) / DAY_SECONDS;
    waiting += perSecond * Math.max(0, 1 + (peak - 1) * Math.cos(angle));
    const isAway = second >= ends - outageSeconds && second < ends;
    if (!isAway) waiting = Math.max(0, waiting - capacity);
    worst = Math.max(worst, waiting);
    if (second >= ends && waiting === 0)
      return { worst, worstSeconds: worst / capacity, caughtUpAfter: second - ends };
  }
  return { worst, worstSeconds: worst / capacity, caughtUpAfter: undefined };
}
