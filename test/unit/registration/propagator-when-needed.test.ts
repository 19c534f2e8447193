import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type TextMapPropagator,
} from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { expect, test } from "vitest";
import { PropagatorWhenNeeded } from "../../../src/registration/propagator-when-needed.js";

const KEY = Symbol("key");

const inner: TextMapPropagator = {
  inject: (_context, carrier, setter) => setter.set(carrier, "said", "yes"),
  extract: (context, carrier, getter) => context.setValue(KEY, getter.get(carrier, "said")),
  fields: () => ["said"],
};

test("the propagator is loaded with the first context that is carried, once", () => {
  let loaded = 0;
  const propagator = new PropagatorWhenNeeded(() => {
    loaded++;
    return inner;
  });
  propagator.fields();
  expect(loaded).toBe(0);
  const carrier = {};
  propagator.inject(ROOT_CONTEXT, carrier, defaultTextMapSetter);
  expect(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter).getValue(KEY)).toBe("yes");
  expect(loaded).toBe(1);
});

test("its fields are those of the SDK's default propagator", () => {
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  const sdk = new CompositePropagator({ propagators });
  expect(new PropagatorWhenNeeded(() => sdk).fields().sort()).toEqual(sdk.fields().sort());
});

test("one that cannot be loaded carries nothing and throws nothing", () => {
  const propagator = new PropagatorWhenNeeded(() => {
    throw new Error("no such package");
  });
  const carrier = {};
  propagator.inject(ROOT_CONTEXT, carrier, defaultTextMapSetter);
  expect(carrier).toEqual({});
  expect(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
});
