import { EXPORTER_OPTIONS } from "../../exporter/options.js";
import { readDialects } from "../../exporter/read/dialects/custom/resolve-dialects.js";
import type { EnvReader } from "../config/env-reader.js";
import { READING_OPTIONS } from "../config/reading-options.js";
import { resolveOptions } from "../config/resolve-options.js";
import { ConfigError } from "../errors.js";

/**
 * Names everything in the environment that the pipeline cannot use, in `env.problems`: in an agent that is a warning, in a service
 * and on the command line it is a mistake that ends it.
 */
export function reportPipelineProblems(env: EnvReader): void {
  resolveOptions(EXPORTER_OPTIONS, {}, { env });
  const { dialects } = resolveOptions(READING_OPTIONS, {}, { env });
  try {
    if (dialects !== undefined) readDialects(dialects);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    env.problems.push(...error.problems);
  }
}
