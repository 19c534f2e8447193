import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PACKAGE_VERSION } from "../../../src/internal/package-version.js";

test("the version in the code is that of package.json", () => {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  expect(manifest).toMatchObject({ version: PACKAGE_VERSION });
});
