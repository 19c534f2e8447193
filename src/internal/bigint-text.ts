const MAX_WRITTEN = 1n << 4096n;

/** The digits of a bigint: finding them takes time that grows with the square of their number, so only up to 2^4096. */
export function bigintText(value: bigint): string {
  return value < MAX_WRITTEN && value > -MAX_WRITTEN ? String(value) : "[bigint beyond 2^4096]";
}
