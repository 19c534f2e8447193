/**
 * Finds in one pass which of some hundred literals occur in a text, so that a text in which nothing can be hidden costs one look
 * at each of its characters and no more. Every three characters that follow each other are looked up in a table; only where they
 * are three characters of a literal is the literal compared.
 */

/** A literal that must occur in a text before something is worth doing. */
export interface ScannedLiteral<Target> {
  /** At least two characters of ASCII. */
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
const OTHER_SYMBOL = 31;

/** Letters without their case, digits as one, and the symbols that credentials have. Everything else is 0 and ends a run. */
const CLASS_OF = characterClasses();

/**
 * @param longRun done when that many characters follow each other without a blank, quote or bracket
 */
export function createLiteralScanner<Target>(
  literals: readonly ScannedLiteral<Target>[],
  longRun: { readonly length: number; readonly targets: readonly Target[] },
): LiteralScanner<Target> {
  const targets = [...new Set([...literals.map(({ target }) => target), ...longRun.targets])];
  const buckets: Candidate[][] = [[]];
  const table = new Uint16Array(MASK + 1);
  for (const { literal, ignoreCase = false, target } of literals) {
    const [at, keys] = lookedUp(literal);
    const candidate = { literal, ignoreCase, offset: at + 2, target: targets.indexOf(target) };
    for (const key of keys) {
      if (table[key] === 0) table[key] = buckets.push([]) - 1;
      buckets[table[key] as number]?.push(candidate);
    }
  }
  const longRunTargets = longRun.targets.map((target) => targets.indexOf(target));

  return (text) => {
    let found: Uint8Array | undefined;
    let key = 0;
    let run = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? (CLASS_OF[code] as number) : 0;
      key = ((key << CLASS_BITS) | kind) & MASK;
      run = kind === 0 ? 0 : run + 1;
      const bucket = table[key] as number;
      if (bucket === 0 && run !== longRun.length) continue;
      found ??= new Uint8Array(targets.length);
      if (run === longRun.length) for (const target of longRunTargets) found[target] = 1;
      for (const candidate of buckets[bucket] as Candidate[])
        if (found[candidate.target] === 0 && occurs(text, at - candidate.offset, candidate))
          found[candidate.target] = 1;
    }
    return found === undefined ? [] : targets.filter((_, index) => found[index] === 1);
  };
}

function occurs(text: string, start: number, { literal, ignoreCase }: Candidate): boolean {
  if (!ignoreCase) return text.startsWith(literal, start);
  return start >= 0 && text.slice(start, start + literal.length).toLowerCase() === literal;
}

// The three characters of a literal that texts have least often: those with symbols and digits in them.
function lookedUp(literal: string): [at: number, keys: readonly number[]] {
  const classes = Array.from(literal, (character) => CLASS_OF[character.charCodeAt(0)] ?? 0);
  if (classes.length === 2) {
    const [first = 0, second = 0] = classes;
    // Whatever stands before it.
    return [-1, Array.from({ length: 32 }, (_, before) => keyOf([before, first, second]))];
  }
  const rarity = (at: number) => classes.slice(at, at + 3).filter((kind) => kind > 26).length;
  let best = 0;
  for (let at = 1; at + 3 <= classes.length; at++) if (rarity(at) > rarity(best)) best = at;
  return [best, [keyOf(classes.slice(best, best + 3))]];
}

function keyOf(classes: readonly number[]): number {
  return classes.reduce((key, kind) => (key << CLASS_BITS) | kind, 0);
}

function characterClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  for (let letter = 0; letter < 26; letter++) {
    classes[97 + letter] = letter + 1;
    classes[65 + letter] = letter + 1;
  }
  for (let digit = 48; digit < 58; digit++) classes[digit] = 27;
  for (const symbol of ":/~=@+$%") classes[symbol.charCodeAt(0)] = OTHER_SYMBOL;
  classes["_".charCodeAt(0)] = 28;
  classes["-".charCodeAt(0)] = 29;
  classes[".".charCodeAt(0)] = 30;
  return classes;
}
