import { ConfigError } from "../errors.js";

/** The package is an optional peer: who writes no Parquet needs none. @throws ConfigError where it is not installed */
export async function loadParquet(): Promise<typeof import("hyparquet-writer")> {
  try {
    return await import("hyparquet-writer");
  } catch {
    throw new ConfigError(["Parquet needs the package hyparquet-writer: npm install hyparquet-writer"]);
  }
}
