export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** An option given in code: itself when it is a whole number in the range, else `undefined` and a problem more. */
export function checkNumber(
  name: string,
  value: number | undefined,
  { minimum, maximum }: NumberRange,
  problems: string[],
): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  problems.push(`${name} has to be a whole number from ${minimum} to ${maximum}`);
  return undefined;
}
