import type { RunShare } from "../store/run-shares.js";
import type { KnownToken } from "./authorize.js";
import { AccessRefusal } from "./refusal.js";

interface Asked {
  readonly share: Promise<RunShare | undefined>;
  readonly at: number;
}

/** So long, what was read of a share holds: one that is revoked shows nothing any more after that. */
const FRESH_MILLIS = 5_000;
const MAX_KEPT = 1_000;

/** Shares by the digests of their secrets. The table is asked once in a few seconds for each, whoever asks how often. */
export class KnownShares {
  readonly #load: (digest: Buffer) => Promise<RunShare | undefined>;
  readonly #now: () => number;
  readonly #asked = new Map<string, Asked>();

  constructor(
    load: (digest: Buffer) => Promise<RunShare | undefined>,
    now: () => number = () => performance.now(),
  ) {
    this.#load = load;
    this.#now = now;
  }

  /** Throws {@link AccessRefusal} when it cannot be known. */
  async find(digest: Buffer): Promise<KnownToken | undefined> {
    const key = digest.toString("base64");
    let asked = this.#asked.get(key);
    if (asked === undefined || this.#now() - asked.at > FRESH_MILLIS) {
      this.#asked.delete(key);
      if (this.#asked.size >= MAX_KEPT) this.#forgetOldest();
      asked = { share: this.#load(digest), at: this.#now() };
      this.#asked.set(key, asked);
    }
    try {
      const share = await asked.share;
      return share && tokenOfShare(share, digest);
    } catch {
      this.#asked.delete(key);
      throw new AccessRefusal(
        503,
        "The link cannot be checked, because Postgres does not respond: try again.",
        {
          "retry-after": "5",
        },
      );
    }
  }

  #forgetOldest(): void {
    for (const key of this.#asked.keys()) {
      this.#asked.delete(key);
      return;
    }
  }
}

const tokenOfShare = ({ id, correlation_id, projects }: RunShare, digest: Buffer): KnownToken => ({
  name: `share:${id}`,
  digest,
  scopes: ["read"],
  projects: projects ?? undefined,
  run: correlation_id,
});
