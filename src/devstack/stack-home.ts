import { access, chmod, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../internal/ports.js";
import { createGuard, type Guard } from "./guard.js";

/** The folder that servers keep their data, settings and logs in, and the guard over it. */
export interface StackHome {
  readonly folder: string;
  /** The folder is removed at the end, so servers need not save anything when they stop for good. */
  readonly temporary: boolean;
  readonly guard: Guard;
}

/** Opens `dataDir`, which stays, or else a new temporary folder, which goes when the guard does. */
export async function openStackHome(dataDir?: string): Promise<StackHome> {
  if (dataDir) {
    const folder = resolve(dataDir);
    await mkdir(folder, { recursive: true });
    return { folder, temporary: false, guard: createGuard() };
  }
  const folder = await mkdtemp(join(tmpdir(), "agent-actions-"));
  // Postgres gives up root, and then has to pass through to its own folder. Nobody can list what is here.
  if (process.getuid?.() === 0) await chmod(folder, 0o711);
  return { folder, temporary: true, guard: createGuard(folder) };
}

/**
 * Starts a server in the home of a whole stack, or else in one of its own, which ends with the server and at once when
 * the start fails. Nothing else may be going on in this process, yet it stays until the start is over.
 */
export async function startInHome<T>(
  dataDir: string | undefined,
  shared: StackHome | undefined,
  start: (home: StackHome) => Promise<T>,
): Promise<T> {
  const home = shared ?? (await openStackHome(dataDir));
  const release = home.guard.hold();
  try {
    return await start(home);
  } catch (error) {
    if (!shared) await home.guard.close();
    throw error;
  } finally {
    release();
  }
}

const ATTEMPTS = 5;

/**
 * Calls `start` with free ports, and again with others when one of them was taken before the server could bind it:
 * between finding a port and binding it lies a moment in which it belongs to nobody.
 */
export async function startOnFreePorts<T>(
  count: number,
  start: (ports: readonly number[]) => Promise<T>,
): Promise<T> {
  // A port on which a start failed may look free again, while the server that took it has not bound it yet.
  const tried = new Set<number>();
  for (let attempt = 1; ; attempt++) {
    const ports: number[] = [];
    while (ports.length < count) {
      const port = await freePort();
      if (!tried.has(port)) ports.push(port);
      tried.add(port);
    }
    try {
      return await start(ports);
    } catch (error) {
      if (attempt === ATTEMPTS || !isPortTaken(error)) throw error;
    }
  }
}

/** Java and Postgres both quote the system's own text, Docker has its own. */
function isPortTaken(error: unknown): boolean {
  return error instanceof Error && /address already in use|port is already allocated/i.test(error.message);
}

/** Whether there is something at `path` that this process can see. */
export function pathExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
