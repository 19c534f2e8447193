import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ActionInstrumentation,
  type ActionInstrumentationConfig,
} from "../../../src/instrumentations/base/action-instrumentation.js";
import type { Target } from "../../../src/instrumentations/base/target.js";
import { diagLines, textsAt } from "../../helpers/diag-lines.js";
import { loadInto, recording } from "./recording.js";

const recorded = recording();
const lines = diagLines();

const TESTED = { from: "1.0.0", below: "2.0.0" };

const TARGETS: readonly Target[] = [
  {
    package: "some-library",
    tested: TESTED,
    patch: (exports, patches, recorder) => {
      if (exports.broken === true) throw new TypeError("not as expected");
      const around = ({ proceed }: { proceed(): unknown }) =>
        recorder.run(
          () => ({ spanName: "work", attributes: {}, content: () => ({ secret: "yes" }) }),
          () => proceed(),
        );
      return patches.exported(exports, "work", around);
    },
  },
];

class SomeInstrumentation extends ActionInstrumentation {
  constructor(config?: ActionInstrumentationConfig) {
    super("some", config);
  }
  protected override targets(): readonly Target[] {
    return TARGETS;
  }
}

let instrumentation: SomeInstrumentation;
beforeEach(() => {
  instrumentation = new SomeInstrumentation();
});
afterEach(() => instrumentation.disable());

const load = (exports: object, version = "1.2.3") =>
  loadInto(instrumentation, "some-library", exports, version);

describe("an instrumentation", () => {
  test("records what it patched, until it is switched off, and again when it is switched on", () => {
    const original = () => 7;
    const library = { work: original };
    load(library);
    expect(library.work()).toBe(7);
    expect(recorded.spans().map(({ instrumentationScope }) => instrumentationScope.name)).toEqual([
      "otel-agent-actions/instrumentations/some",
    ]);
    instrumentation.disable();
    expect(library.work).toBe(original);
    instrumentation.enable();
    library.work();
    expect(recorded.spans()).toHaveLength(2);
  });

  test("records nothing by what the host has kept of it, once it is switched off", () => {
    const library = { work: () => 7 };
    load(library);
    const { work } = library;
    instrumentation.disable();
    expect(work()).toBe(7);
    expect(recorded.spans()).toEqual([]);
  });

  test("leaves a version alone that it is not tested with, and says so once", () => {
    const original = () => 7;
    const library = { work: original };
    for (const version of ["2.0.0", "2.0.0"]) load(library, version);
    expect(library.work).toBe(original);
    expect(textsAt(lines, "warn")).toEqual([
      expect.stringContaining(
        "some-library 2.0.0 is left alone: this instrumentation is tested with >=1.0.0 <2.0.0",
      ),
    ]);
  });

  test("hands a library on as it is that cannot be patched, and says why", () => {
    const library = { broken: true };
    expect(load(library)).toBe(library);
    expect(textsAt(lines, "warn")).toEqual([
      expect.stringContaining("some-library could not be patched: TypeError: not as expected"),
    ]);
  });

  test("writes content as it is told, whenever it is told", () => {
    const library = { work: () => 7 };
    load(library);
    instrumentation.setConfig({ captureContent: false });
    library.work();
    instrumentation.setConfig({ captureContent: true });
    library.work();
    expect(recorded.spans().map(({ attributes }) => attributes)).toEqual([{}, { secret: "yes" }]);
  });

  test("is off from the start where that is asked", () => {
    const off = new SomeInstrumentation({ enabled: false });
    expect([off.isEnabled(), off.getConfig()]).toEqual([false, { enabled: false }]);
  });

  test("takes the environment's word for content", () => {
    process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT = "NO_CONTENT";
    try {
      instrumentation = new SomeInstrumentation();
    } finally {
      delete process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT;
    }
    const library = { work: () => 7 };
    load(library);
    library.work();
    expect(recorded.spans().map(({ attributes }) => attributes)).toEqual([{}]);
  });
});
