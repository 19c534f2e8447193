import { timingSafeEqual } from "node:crypto";
import { ACCESS_SCOPES } from "../config/access-scope.js";
import { Secret } from "../config/secret.js";
import { newSecret, type ValidAccessToken } from "../store/access-tokens.js";
import { type KnownToken, tokenOf } from "./authorize.js";
import { AccessRefusal } from "./refusal.js";

export interface KnownTokensOptions {
  /** Tokens that the environment gives. */
  readonly given: readonly KnownToken[];
  /** Reads those of the table. */
  readonly load: () => Promise<readonly ValidAccessToken[]>;
  /** Called once with a token that is made because there is none; it holds until the process ends. */
  readonly onMade: (secret: Secret) => void;
  /** @default performance.now */
  readonly now?: () => number;
}

/** So long, what was read of the table holds: a token that is revoked allows nothing any more after that. */
const FRESH_MILLIS = 5_000;
/** An unknown token has the table read again, but not more often than this. */
const RETRY_MILLIS = 500;
/** While Postgres is away, what was known holds for so long: events are taken meanwhile. */
const STALE_MILLIS = 3_600_000;

/** The tokens of environment and table. The table is asked every few seconds at most, whoever asks how often. */
export class KnownTokens {
  readonly #options: KnownTokensOptions;
  readonly #now: () => number;
  #stored: readonly (KnownToken & { readonly expiresAt: number })[] = [];
  #made: KnownToken | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(options: KnownTokensOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Throws {@link AccessRefusal} when it cannot be known. */
  async find(digest: Buffer): Promise<KnownToken | undefined> {
    const given = matching(this.#options.given, digest);
    if (given !== undefined) return given;
    if (this.#now() - this.#readAt > FRESH_MILLIS) await this.refresh();
    const known = this.#match(digest);
    if (known !== undefined) return known;
    await this.refresh();
    const found = this.#match(digest);
    if (found === undefined && this.#now() - this.#readAt > STALE_MILLIS)
      throw new AccessRefusal(
        503,
        "Tokens cannot be checked, because Postgres does not respond: try again.",
        {
          "retry-after": "5",
        },
      );
    return found;
  }

  /** Reads the table, unless that was tried just now. A failure leaves what is known. */
  refresh(): Promise<void> {
    if (this.#reading !== undefined) return this.#reading;
    if (this.#now() - this.#triedAt < RETRY_MILLIS) return Promise.resolve();
    this.#triedAt = this.#now();
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    let rows: readonly ValidAccessToken[];
    try {
      rows = await this.#options.load();
    } catch {
      // Whoever asks the tables next is told the reason.
      return;
    }
    this.#readAt = this.#now();
    this.#stored = rows.map((row) => ({
      name: row.name,
      digest: row.token_sha256,
      scopes: row.scopes,
      projects: row.projects ?? undefined,
      eventsPerMinute: row.events_per_minute ?? undefined,
      expiresAt: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
    }));
    if (rows.length > 0 || this.#options.given.length > 0) this.#made = undefined;
    else if (this.#made === undefined) this.#make();
  }

  #make(): void {
    const secret = new Secret(newSecret());
    this.#made = tokenOf(secret, ACCESS_SCOPES);
    this.#options.onMade(secret);
  }

  #match(digest: Buffer): KnownToken | undefined {
    const isKnown = this.#now() - this.#readAt <= STALE_MILLIS;
    const stored = isKnown ? this.#stored.filter(({ expiresAt }) => expiresAt > Date.now()) : [];
    return matching([...stored, ...(this.#made ? [this.#made] : [])], digest);
  }
}

/** Compares with every token, each in constant time: how long it takes does not depend on which it is. */
function matching<Token extends KnownToken>(tokens: readonly Token[], digest: Buffer): Token | undefined {
  let found: Token | undefined;
  for (const token of tokens) if (timingSafeEqual(token.digest, digest)) found ??= token;
  return found;
}
