import { normalize, parse } from "node:path";
import { diag, type Tracer } from "@opentelemetry/api";
import {
  InstrumentationBase,
  type InstrumentationConfig,
  type InstrumentationModuleDefinition,
  type InstrumentationModuleFile,
} from "@opentelemetry/instrumentation";
import { EnvReader } from "../../config/env-reader.js";
import { resolveCaptureContent } from "../../config/reading-options.js";
import { describeError } from "../../internal/describe-error.js";
import { PACKAGE_VERSION } from "../../internal/package-version.js";
import { SpanRecorder } from "../../tracing/span-recorder.js";
import { packageAround, requiredPaths } from "./module-paths.js";
import { Patches } from "./patches.js";
import { isTested, rangeText, type Target } from "./target.js";

export interface ActionInstrumentationConfig extends InstrumentationConfig {
  /**
   * Write arguments and results on the spans.
   *
   * @default `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`, else true
   */
  captureContent?: boolean;
}

type Exports = Readonly<Record<string, unknown>>;

/**
 * An instrumentation of this package. It patches the modules of its {@link targets} when they are loaded, by `import` or by `require`,
 * and leaves alone a version that it is not tested with, which it says once as a warning of `diag`. `disable()` puts everything
 * back. Nothing that it does throws into the host.
 */
export abstract class ActionInstrumentation extends InstrumentationBase<ActionInstrumentationConfig> {
  readonly #patches = new Patches();
  readonly #recorder: SpanRecorder;
  readonly #loaded = new Map<Exports, Target>();
  readonly #reported = new Set<string>();

  /** @param name as the environment calls it: `mcp` */
  constructor(name: string, config: ActionInstrumentationConfig = {}) {
    // Enabling calls `patch` for what is loaded already, so it waits until the fields are there.
    super(`otel-agent-actions/instrumentations/${name}`, PACKAGE_VERSION, { ...config, enabled: false });
    this.setConfig(config);
    const captures = resolveCaptureContent(undefined, new EnvReader(process.env));
    this.#recorder = new SpanRecorder(sourceOf(this, () => this.tracer, captures));
    // A file of a package is asked for the version of its folder, which has none.
    Reflect.set(this, "_extractPackageVersion", (folder: string) => packageAround(folder)?.version);
    if (this.getConfig().enabled) this.enable();
  }

  /** Called before any field of a subclass exists: it returns a constant. */
  protected abstract targets(): readonly Target[];

  // Neither fields nor private methods exist yet: only what is called later may use them.
  protected override init(): InstrumentationModuleDefinition[] {
    return this.targets().flatMap((target) =>
      definitionsOf(target, (exports, version) => this.#load(target, exports, version)),
    );
  }

  override enable(): void {
    if (this.isEnabled()) return;
    super.enable();
    for (const [exports, target] of this.#loaded) this.#patch(target, exports);
  }

  override disable(): void {
    super.disable();
    this.#patches.undo();
  }

  #load(target: Target, exports: Exports, version: string | undefined): unknown {
    if (target.tested !== undefined && !isTested(version, target.tested)) {
      this.#report(
        `${target.package} ${version ?? "of an unknown version"} is left alone: ` +
          `this instrumentation is tested with ${rangeText(target.tested)}`,
      );
      return exports;
    }
    this.#loaded.set(exports, target);
    return this.#patch(target, exports);
  }

  #patch(target: Target, exports: Exports): unknown {
    try {
      return target.patch(exports, this.#patches, this.#recorder) ?? exports;
    } catch (error) {
      const { type, message } = describeError(error);
      this.#report(`${target.package} could not be patched: ${type}: ${message}`);
      return exports;
    }
  }

  #report(problem: string): void {
    if (this.#reported.has(problem)) return;
    this.#reported.add(problem);
    diag.createComponentLogger({ namespace: this.instrumentationName }).warn(problem);
  }
}

type Load = (exports: Exports, version?: string) => unknown;

function definitionsOf({ package: name, files, requiredAs }: Target, load: Load) {
  const main: InstrumentationModuleDefinition =
    files === undefined
      ? { ...definition(name), patch: load }
      : { ...definition(name), files: files.map((file) => fileOf(`${name}/${file}`, load)) };
  // The hook for a path calls the file by its name alone.
  const byPath = requiredPaths(requiredAs).map((path) => ({
    ...definition(path),
    files: [fileOf(parse(path).name, load)],
  }));
  return [main, ...byPath];
}

// The range is checked here, because the base class says nothing of a version that it does not take.
const ANY_VERSION = ["*"];

const definition = (name: string): InstrumentationModuleDefinition => ({
  name,
  supportedVersions: ANY_VERSION,
  includePrerelease: true,
  files: [],
});

const fileOf = (name: string, load: Load): InstrumentationModuleFile => ({
  name: normalize(name),
  supportedVersions: ANY_VERSION,
  patch: load as InstrumentationModuleFile["patch"],
  unpatch: () => undefined,
});

function sourceOf(instrumentation: ActionInstrumentation, tracer: () => Tracer, captures: boolean) {
  return {
    get capturesContent() {
      return instrumentation.getConfig().captureContent ?? captures;
    },
    get tracer() {
      return instrumentation.isEnabled() ? tracer() : undefined;
    },
  };
}
