import { createRequire } from "node:module";
import { ConfigError } from "../errors.js";

/**
 * The package is an optional peer: who keeps the rules as they are, or writes them as JSON, needs none.
 *
 * @param name of the file that is to be read
 * @throws ConfigError where it is not installed
 */
export function loadYaml(
  name: string,
  require: NodeJS.Require = createRequire(import.meta.url),
): typeof import("yaml") {
  try {
    return require("yaml") as typeof import("yaml");
  } catch {
    throw new ConfigError([
      `${name} is YAML, which needs the package yaml: npm install yaml. Written as JSON it can be read without`,
    ]);
  }
}
