import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CONTRACT } from "../../../src/event/contract.js";
import { EVENT_KINDS, type FieldSpec, jsonSchema, validateEvent } from "../../../src/event/index.js";

const ORIGIN = { topic: "t", partition: 0, offset: "0", timestampMillis: 0 };
const ajv = new Ajv2020({ strict: true });
addFormats.default(ajv);

describe.each(EVENT_KINDS)("the schema of %s", (kind) => {
  const accepts = ajv.compile(jsonSchema(kind));

  test("promises nothing that the validator refuses", () => {
    let accepted = 0;
    fc.assert(
      fc.property(eventOf(CONTRACT[kind]), (event) => {
        if (!accepts(event)) return;
        accepted++;
        expect(validateEvent(kind, event, ORIGIN)).toMatchObject({ valid: true });
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test("asks for what is required", () => {
    const required = Object.entries(CONTRACT[kind]).flatMap(([name, spec]) => (spec.required ? [name] : []));
    expect(accepts({})).toBe(required.length === 0);
  });
});

// Mostly right values, some wrong ones: the schema sorts them out.
function eventOf(fields: Readonly<Record<string, FieldSpec>>): fc.Arbitrary<object> {
  const optional = Object.entries(fields).filter(([, spec]) => !spec.required);
  return fc.record(Object.fromEntries(Object.entries(fields).map(([name, spec]) => [name, valueFor(spec)])), {
    requiredKeys: Object.keys(fields).filter((name) => !optional.some(([other]) => other === name)),
  });
}

function valueFor(spec: FieldSpec): fc.Arbitrary<unknown> {
  const wrong = { arbitrary: fc.jsonValue(), weight: 1 };
  return fc.oneof({ arbitrary: rightValueOf(spec), weight: 400 }, wrong);
}

function rightValueOf(spec: FieldSpec): fc.Arbitrary<unknown> {
  switch (spec.type) {
    case "text":
      return fc.string({ minLength: 1 });
    case "choice":
      return fc.constantFrom(...spec.of);
    case "uuid":
      return fc.uuid();
    case "integer":
      return fc.integer({ min: 0, max: 2 ** 31 - 1 });
    case "number":
      return fc.double({ min: 0, max: 1, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "timestamp":
      return fc.oneof(
        fc
          .date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") })
          .map((date) => date.toISOString()),
        fc.integer({ min: 0, max: 2e12 }),
      );
    case "object":
      return fc.dictionary(fc.string(), fc.jsonValue());
    case "array":
      return fc.array(fc.jsonValue());
    case "texts":
      return fc.array(fc.string());
  }
}
