import { register } from "node:module";
import type { HookOptions } from "./loader-hook.js";

/**
 * Has ES modules pass a hook in the loader's thread of Node.
 *
 * `register` of Node starts that thread, turns its argument into text, and then waits until the thread has begun, which takes as long as
 * the start of Node itself; so `meanwhile` is done in between. Where Node does it in another order there is only less time won.
 *
 * @param meanwhile called once; not at all where this throws before
 * @throws where there can be no thread
 */
export function hookInLoaderThread(data: HookOptions, meanwhile: () => void): void {
  const { href } = new URL("./loader-hook.js", import.meta.url);
  let isDone = false;
  const file = {
    toString() {
      if (!isDone) {
        isDone = true;
        meanwhile();
      }
      return href;
    },
  };
  register(file as unknown as string, { data });
}
