import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { DialectGuide } from "./dialect-guide.js";

const NOT_GUIDES = ["dialect-guide.ts", "index.ts"];

/** The guides of all modules in this folder. A module without one is a mistake. */
export async function dialectGuides(): Promise<readonly DialectGuide[]> {
  const names = readdirSync(import.meta.dirname).filter((name) => !NOT_GUIDES.includes(name));
  return Promise.all(
    names.sort().map(async (name) => {
      const module = (await import(pathToFileURL(`${import.meta.dirname}/${name}`).href)) as {
        GUIDE?: DialectGuide;
      };
      if (module.GUIDE === undefined) throw new Error(`scripts/dialect-guides/${name} exports no GUIDE`);
      return module.GUIDE;
    }),
  );
}
