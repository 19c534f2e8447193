import { describe, expect, test } from "vitest";
import { type Import, importsUnder } from "./imports.js";
import { MODULES, type ModuleRules, SHARED_MODULES } from "./modules.js";

const imports = ["src", "exporter"].flatMap(importsUnder);

describe("who may import whom", () => {
  test("every file is in a module", () => {
    expect(imports.filter(({ from }) => moduleOf(from) === undefined)).toEqual([]);
  });

  test("every import is one that its module may make", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter((made) => !isAllowed(made)).map(sentence)).toEqual([]);
  });

  test("every module and every permission is used", () => {
    const unused = MODULES.flatMap((rules) => unusedPermissions(rules));
    expect(unused).toEqual([]);
  });

  test("an import that is not allowed would be found", () => {
    const wrong: Import[] = [
      { from: "src/event/ids.ts", to: "src/store/pool.ts", typeOnly: false },
      { from: "src/tracing/tracer.ts", to: "kafkajs", typeOnly: false },
      { from: "src/tracing/tracer.ts", to: "exporter/deliver/pipeline.ts", typeOnly: true },
      { from: "exporter/deliver/pipeline.ts", to: "@opentelemetry/sdk-trace-base", typeOnly: false },
      { from: "src/consumer/decode.ts", to: "src/http/app.ts", typeOnly: false },
      { from: "src/consumer/decode.ts", to: "src/cli/main.ts", typeOnly: false },
    ];
    expect(wrong.filter(isAllowed)).toEqual([]);
  });
});

function moduleOf(file: string): ModuleRules | undefined {
  return MODULES.filter(({ path }) => file.startsWith(path)).sort(
    (one, other) => other.path.length - one.path.length,
  )[0];
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const rules = moduleOf(from);
  if (rules === undefined) return false;
  if (to === "node") return true;
  if (!to.endsWith(".ts"))
    return rules.packages.includes(to) || (typeOnly && (rules.typesOf ?? []).includes(to));
  return isWithinModule(rules, to) || mayImport(rules, to);
}

const isWithinModule = ({ path }: ModuleRules, to: string): boolean => to.startsWith(path);

function mayImport({ path, modules }: ModuleRules, to: string): boolean {
  const shared = SHARED_MODULES.includes(path) ? [] : SHARED_MODULES;
  return [...modules, ...shared].some((allowed) => to.startsWith(allowed));
}

function unusedPermissions({ path, modules, packages, typesOf = [] }: ModuleRules): string[] {
  const made = imports.filter(({ from }) => moduleOf(from)?.path === path);
  const uses = (allowed: string) =>
    made.some(({ to }) =>
      allowed.endsWith("/") || allowed.endsWith(".ts") ? to.startsWith(allowed) : to === allowed,
    );
  return [...modules, ...packages, ...typesOf]
    .filter((allowed) => !uses(allowed))
    .map((allowed) => `${path} does not use ${allowed}`);
}

const sentence = ({ from, to, typeOnly }: Import): string =>
  `${from} imports ${typeOnly ? "types of " : ""}${to}`;
