/**
 * Finds in one pass which of some hundred literals occur in a text, so that a text in which nothing can be hidden costs one look
 * at each of its characters and no more. Every three characters that follow each other are looked up in a table; only where they
 * are three characters of a literal is the literal compared.
 */

/** A literal that must occur in a text before something is worth doing. */
export interface ScannedLiteral<Target> {
  /** Of ASCII. */
  readonly literal: string;
  readonly ignoreCase?: boolean;
  /** What is to be done when it occurs. Several literals may share one. */
  readonly target: Target;
}

/** The targets whose literals occur in the text, in the order in which they were given. */
export type LiteralScanner<Target> = (text: string) => readonly Target[];

interface Candidate {
  readonly literal: string;
  readonly ignoreCase: boolean;
  /** From the end of the looked-up characters back to the start of the literal. */
  readonly offset: number;
  readonly target: number;
}

const CLASS_BITS = 5;
const MASK = (1 << (3 * CLASS_BITS)) - 1;
const DIGIT = 27;
const UNDERSCORE = 28;
const PUNCTUATION = 31;

/** Letters without their case, digits as one, and the symbols that credentials have. Everything else is 0. */
const CLASS_OF = characterClasses();

/** Texts are looked at in pieces of this many bytes: reading bytes of an array is three times as fast as characters of a string. */
const piece = Buffer.allocUnsafeSlow(16_384);

/**
 * @param longRun done when that many characters of base64 follow each other
 */
export function createLiteralScanner<Target>(
  literals: readonly ScannedLiteral<Target>[],
  longRun: { readonly length: number; readonly targets: readonly Target[] },
): LiteralScanner<Target> {
  const targets = [...new Set([...literals.map(({ target }) => target), ...longRun.targets])];
  const isKnown = new Uint8Array(MASK + 1);
  const candidates = new Map<number, Candidate[]>();
  const single = literals.filter(({ literal }) => literal.length === 1);
  for (const { literal, ignoreCase = false, target } of literals.filter(
    ({ literal }) => literal.length > 1,
  )) {
    const [at, keys] = lookedUp(literal);
    const candidate = { literal, ignoreCase, offset: at + 2, target: targets.indexOf(target) };
    for (const key of keys) {
      isKnown[key] = 1;
      candidates.set(key, [...(candidates.get(key) ?? []), candidate]);
    }
  }
  const longRunTargets = longRun.targets.map((target) => targets.indexOf(target));

  return (text) => {
    const classes = CLASS_OF;
    const bytes = piece;
    let found: Uint8Array | undefined;
    let key = 0;
    let run = 0;
    for (let from = 0; from < text.length; from += piece.length) {
      // Of a character beyond Latin 1 this is the lower half. It may look like another; the literal is then not there.
      const length = piece.write(
        text.length > piece.length ? text.slice(from, from + piece.length) : text,
        "latin1",
      );
      for (let at = 0; at < length; at++) {
        const kind = classes[bytes[at] as number] as number;
        key = ((key << CLASS_BITS) | kind) & MASK;
        run = kind === 0 || kind === PUNCTUATION ? 0 : run + 1;
        if (isKnown[key] === 0 && run !== longRun.length) continue;
        found ??= new Uint8Array(targets.length);
        if (run === longRun.length) for (const target of longRunTargets) found[target] = 1;
        for (const candidate of candidates.get(key) ?? [])
          if (found[candidate.target] === 0 && occurs(text, from + at - candidate.offset, candidate))
            found[candidate.target] = 1;
      }
    }
    for (const { literal, target } of single) {
      if (!text.includes(literal)) continue;
      found ??= new Uint8Array(targets.length);
      found[targets.indexOf(target)] = 1;
    }
    return found === undefined ? [] : targets.filter((_, index) => found[index] === 1);
  };
}

function occurs(text: string, start: number, { literal, ignoreCase }: Candidate): boolean {
  if (!ignoreCase) return text.startsWith(literal, start);
  return start >= 0 && text.slice(start, start + literal.length).toLowerCase() === literal;
}

// The three characters of a literal that texts have least often.
function lookedUp(literal: string): [at: number, keys: readonly number[]] {
  const classes = Array.from(literal, (character) => CLASS_OF[character.charCodeAt(0)] ?? 0);
  if (classes.length === 2) {
    const [first = 0, second = 0] = classes;
    // Whatever stands before it.
    return [-1, Array.from({ length: 32 }, (_, before) => keyOf([before, first, second]))];
  }
  const rarity = (at: number) => classes.slice(at, at + 3).reduce((sum, kind) => sum + rarityOf(kind), 0);
  let best = 0;
  for (let at = 1; at + 3 <= classes.length; at++) if (rarity(at) > rarity(best)) best = at;
  return [best, [keyOf(classes.slice(best, best + 3))]];
}

const COMMON_LETTERS = new Set(Array.from("etaoinsrdlc", (letter) => CLASS_OF[letter.charCodeAt(0)]));

function rarityOf(kind: number): number {
  if (kind === DIGIT) return 0;
  if (kind >= UNDERSCORE) return 3;
  return COMMON_LETTERS.has(kind) ? 1 : 2;
}

function keyOf(classes: readonly number[]): number {
  return classes.reduce((key, kind) => (key << CLASS_BITS) | kind, 0);
}

function characterClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let letter = 0; letter < 26; letter++) {
    classes[97 + letter] = letter + 1;
    classes[65 + letter] = letter + 1;
  }
  for (let digit = 48; digit < 58; digit++) classes[digit] = DIGIT;
  classes["_".charCodeAt(0)] = UNDERSCORE;
  classes["-".charCodeAt(0)] = 29;
  for (const symbol of "/+") classes[symbol.charCodeAt(0)] = 30;
  for (const symbol of ".:=~@$%") classes[symbol.charCodeAt(0)] = PUNCTUATION;
  return classes;
}
