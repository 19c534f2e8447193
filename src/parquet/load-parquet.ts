import { ConfigError } from "../errors.js";

const MISSING =
  "Parquet needs the packages hyparquet-writer and hyparquet: npm install hyparquet-writer hyparquet";

/** The package is an optional peer: who writes no Parquet needs none. @throws ConfigError where it is not installed */
export async function loadParquet(): Promise<typeof import("hyparquet-writer")> {
  try {
    return await import("hyparquet-writer");
  } catch {
    throw new ConfigError([MISSING]);
  }
}

/** What reads is a package of its own, which the writer brings along. @throws ConfigError where it is not installed */
export async function loadParquetReader(): Promise<typeof import("hyparquet")> {
  try {
    return await import("hyparquet");
  } catch {
    throw new ConfigError([MISSING]);
  }
}
