import type { ExporterOptions } from "./options.js";
import { dialectMistakes } from "./read/dialects/custom/resolve-dialects.js";
import { type ResolvedExporterOptions, resolveWith } from "./resolve-options-with.js";

export { largeAbove, type ResolvedExporterOptions } from "./resolve-options-with.js";

/** @throws ConfigError when a value in `options` cannot be used; it lists all of them */
export const resolveExporterOptions = (
  options: ExporterOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): ResolvedExporterOptions => resolveWith(dialectMistakes, options, env);
