import { expect, test } from "vitest";
import { seesApiOf } from "../../../src/internal/api-global.js";

test.each([
  { registered: "1.9.1", version: "1.9.0", sees: true },
  { registered: "1.9.0", version: "1.9.1", sees: true },
  { registered: "1.10.0", version: "1.9.1", sees: true },
  { registered: "1.9.1", version: "1.10.0", sees: false },
  { registered: "1.9.1", version: "2.0.0", sees: false },
  { registered: "1.10.0-rc.1", version: "1.10.0-rc.1", sees: true },
  { registered: "1.10.0-rc.1", version: "1.9.0", sees: false },
  { registered: "not a version", version: "1.9.0", sees: true },
])(
  "a copy $version of the API sees what a copy $registered wrote: $sees",
  ({ registered, version, sees }) => {
    expect(seesApiOf(registered, version)).toBe(sees);
  },
);
