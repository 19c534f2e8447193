/** Scripts of workers, as scripts/build-dashboard.ts makes them. */
type WorkerName = "compare-worker" | "run-worker";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/**
 * Starts one of the page's workers. Where scripts need to be trusted types, its address is made one; it is fixed, and never of what was
 * recorded. Throws where a browser has no workers; a script that cannot be loaded is told by the worker's event `error`.
 */
export function startWorker(name: WorkerName): Worker {
  const address = `/assets/${name}.js`;
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy(name, { createScriptURL: () => address });
  return new Worker(policy?.createScriptURL(address) ?? address, { type: "module" });
}
