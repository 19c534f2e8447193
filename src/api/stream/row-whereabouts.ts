/**
 * Which project and run actions belong to: who never could see an action is not told that it went. Of a removed action nothing is left to
 * ask, so it is remembered, within a bound in bytes, for as long as somebody listens who sees a part only.
 */

/** Where an action belongs, as it was at some time. */
export interface Whereabouts {
  /** Correlation id, a UUID. */
  readonly run: string | null;
  readonly project: string | null;
  /** Folder of the project. */
  readonly projectPath: string | null;
}

/** What of all actions a reader may see, or asks for; what is `undefined` narrows nothing. */
export interface Reach {
  /** Names or folders of projects. */
  readonly projects?: readonly string[] | undefined;
  /** Correlation ids, UUIDs. */
  readonly runs?: readonly string[] | undefined;
}

export const isNarrow = ({ projects, runs }: Reach): boolean => projects !== undefined || runs !== undefined;

export function isWithin({ run, project, projectPath }: Whereabouts, { projects, runs }: Reach): boolean {
  const isOneOf = (texts: readonly string[], text: string | null) => text !== null && texts.includes(text);
  if (projects !== undefined && !isOneOf(projects, project) && !isOneOf(projects, projectPath)) return false;
  return runs === undefined || isOneOf(runs, run);
}

/** Bytes, about: some 10,000 actions. */
const MAX_BYTES = 4_000_000;
/** An id, a run's id, and what a map needs for them. */
const ENTRY_BYTES = 300;

/** Where the actions belong that were read last. */
export class KnownWhereabouts {
  readonly #known = new Map<string, Whereabouts>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** `undefined`: not known, or not any more. */
  get(id: string): Whereabouts | undefined {
    return this.#known.get(id);
  }

  set(id: string, whereabouts: Whereabouts): void {
    this.#remove(id);
    this.#known.set(id, whereabouts);
    this.#bytes += bytesOf(whereabouts);
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  clear(): void {
    this.#known.clear();
    this.#bytes = 0;
  }

  #remove(id: string): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    this.#known.delete(id);
    this.#bytes -= bytesOf(known);
  }
}

const bytesOf = ({ project, projectPath }: Whereabouts): number =>
  ENTRY_BYTES + 2 * ((project?.length ?? 0) + (projectPath?.length ?? 0));
