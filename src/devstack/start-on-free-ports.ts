import { freePort } from "../internal/free-port.js";

const ATTEMPTS = 5;

/**
 * Calls `start` with free ports, and again with others when one of them was taken before the server could bind it:
 * between finding a port and binding it lies a moment in which it belongs to nobody.
 */
export async function startOnFreePorts<T>(
  count: number,
  start: (ports: readonly number[]) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const ports = new Set<number>();
    while (ports.size < count) ports.add(await freePort());
    try {
      return await start([...ports]);
    } catch (error) {
      if (attempt === ATTEMPTS || !isPortTaken(error)) throw error;
    }
  }
}

/** Java and Postgres both quote the system's own text, Docker has its own. */
function isPortTaken(error: unknown): boolean {
  return error instanceof Error && /address already in use|port is already allocated/i.test(error.message);
}
