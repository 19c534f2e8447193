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

/** Below this, giving a text to an array costs more than reading its characters. */
const SHORT = 128;

/** Longer texts are looked at in pieces of this many bytes: reading bytes of an array is three times as fast as characters of a string. */
const piece = Buffer.allocUnsafeSlow(16_384);

/** What is to be done when so many characters of base64 follow each other. */
export interface ScannedRun<Target> {
  readonly length: number;
  readonly targets: readonly Target[];
}

/**
 * @param longRun done when the text also has a capital letter or a digit
 * @param digitRun done when one of the characters is a digit, as in what was generated and not in names and words
 */
export function createLiteralScanner<Target>(
  literals: readonly ScannedLiteral<Target>[],
  longRun: ScannedRun<Target>,
  digitRun: ScannedRun<Target> = { length: longRun.length, targets: [] },
): LiteralScanner<Target> {
  const targets = [
    ...new Set([...literals.map(({ target }) => target), ...longRun.targets, ...digitRun.targets]),
  ];
  /** For each three characters, the place of their candidates in the list; 0 where they are of no literal. */
  const places = new Uint16Array(MASK + 1);
  const candidates: Candidate[][] = [[]];
  const single = literals.filter(({ literal }) => literal.length === 1);
  for (const { literal, ignoreCase = false, target } of literals.filter(
    ({ literal }) => literal.length > 1,
  )) {
    const [at, keys] = lookedUp(literal);
    const candidate = { literal, ignoreCase, offset: at + 2, target: targets.indexOf(target) };
    for (const key of keys) {
      const place = places[key] || candidates.push([]) - 1;
      places[key] = place;
      candidates[place]?.push(candidate);
    }
  }
  const longRunTargets = longRun.targets.map((target) => targets.indexOf(target));
  const digitRunTargets = digitRun.targets.map((target) => targets.indexOf(target));
  /** Which targets are found in the text that is looked at: that have the number of this look. */
  const foundIn = new Uint32Array(targets.length);
  let look = 0;

  function add(found: number[], target: number): void {
    if (foundIn[target] === look) return;
    foundIn[target] = look;
    found.push(target);
  }

  /** The next three characters are those of `key`, the last of them at `end`. */
  function addCandidates(found: number[], text: string, key: number, end: number): void {
    for (const candidate of candidates[places[key] as number] as Candidate[])
      if (foundIn[candidate.target] !== look && occurs(text, end - candidate.offset, candidate))
        add(found, candidate.target);
  }

  function scan(text: string, found: number[]): void {
    const bytes = piece;
    const isShort = text.length <= SHORT;
    let key = 0;
    let run = 0;
    let isMadeUp: boolean | undefined;
    for (let from = 0; from < text.length; from += piece.length) {
      // Of a character beyond Latin 1 this is the lower half. It may look like another; the literal is then not there.
      const length = isShort
        ? text.length
        : piece.write(text.length > piece.length ? text.slice(from, from + piece.length) : text, "latin1");
      for (let at = 0; at < length; at++) {
        const kind = CLASS_OF[isShort ? text.charCodeAt(at) & 0xff : (bytes[at] as number)] as number;
        key = ((key << CLASS_BITS) | kind) & MASK;
        run = kind === 0 || kind === PUNCTUATION ? 0 : run + 1;
        if (places[key] !== 0) addCandidates(found, text, key, from + at);
        if (run < digitRun.length) continue;
        if (run === longRun.length) {
          // Once a text: one of many paths would be read again for each of them.
          isMadeUp ??= MADE_UP.test(text);
          if (isMadeUp) for (const target of longRunTargets) add(found, target);
        }
        // Then again each time that a few more have followed.
        const looked = run === digitRun.length ? run : run % DIGIT_STEP === 0 ? DIGIT_STEP : 0;
        if (looked > 0 && /\d/.test(text.slice(from + at + 1 - looked, from + at + 1)))
          for (const target of digitRunTargets) add(found, target);
      }
    }
    for (const { literal, target } of single) if (text.includes(literal)) add(found, targets.indexOf(target));
  }

  return (text) => {
    look = (look + 1) % 0xffff_ffff || 1;
    const found: number[] = [];
    scan(text, found);
    if (found.length === 0) return NONE;
    return found.sort((one, other) => one - other).map((index) => targets[index] as Target);
  };
}

const DIGIT_STEP = 5;

const NONE: readonly never[] = [];

/** A path of words in small letters is a long run, too, and holds nothing that was made up or encoded. */
const MADE_UP = /[A-Z\d]/;

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
