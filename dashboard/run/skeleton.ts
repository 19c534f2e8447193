/** What `GET /api/v1/runs/{run}/skeleton?ids=true` returns: docs/schemas/openapi.json describes it. */
export interface Skeleton {
  readonly run: string;
  readonly version: string;
  readonly count: number;
  readonly truncated: boolean;
  readonly started_at: string;
  readonly names: readonly string[];
  readonly agents: readonly string[];
  readonly kinds: readonly Kind[];
  readonly columns: {
    /** How many places back the parent stands; 0 for a root. */
    readonly parent: readonly number[];
    readonly name: readonly number[];
    readonly agent: readonly number[];
    readonly kind: readonly number[];
    /** Milliseconds after the start one place before. */
    readonly start: readonly number[];
    /** Milliseconds; -1 where it is not known. */
    readonly duration: readonly number[];
  };
  readonly missing_parents: readonly number[];
  readonly cycles: readonly number[];
  /** 16 bytes each, base64. */
  readonly ids?: string;
}

export interface Kind {
  readonly type: string;
  readonly state: string;
  readonly status: string | null;
  /** A decision on whether something may be done: the time that it took was spent waiting. */
  readonly approval?: boolean;
}
