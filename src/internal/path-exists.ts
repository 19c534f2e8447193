import { access } from "node:fs/promises";

/** Whether there is something at `path` that this process can see. */
export function pathExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
