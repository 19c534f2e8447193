import { describe, expect, test } from "vitest";
import { type HostCall, Patches } from "../../../src/instrumentations/base/patches.js";

class Base {
  greet(name: string): string {
    return `hello ${name}`;
  }
}
class Derived extends Base {}

const loud = ({ proceed }: HostCall) => `${String(proceed())}!`;

describe("patches", () => {
  test("put what is around about a method, with its receiver and arguments", () => {
    const patches = new Patches();
    class Counter {
      count = 2;
      times(factor: number): number {
        return this.count * factor;
      }
    }
    expect(patches.method(Counter.prototype, "times", ({ proceed }) => proceed([10]))).toBe(true);
    expect(new Counter().times(1)).toBe(20);
    expect([Counter.prototype.times.name, Counter.prototype.times.length]).toEqual(["times", 1]);
  });

  test("take back own and inherited methods exactly", () => {
    const patches = new Patches();
    const [base, derived] = [Base, Derived].map(({ prototype }) =>
      Object.getOwnPropertyDescriptors(prototype),
    );
    patches.method(Derived.prototype, "greet", loud);
    patches.method(Base.prototype, "greet", loud);
    expect(new Derived().greet("you")).toBe("hello you!");
    patches.undo();
    expect(Object.getOwnPropertyDescriptors(Base.prototype)).toEqual(base);
    expect(Object.getOwnPropertyDescriptors(Derived.prototype)).toEqual(derived);
    expect(Object.hasOwn(Derived.prototype, "greet")).toBe(false);
  });

  test("are put on once, however often a module comes by", () => {
    const patches = new Patches();
    const object = { greet: () => "hello" };
    expect([1, 2].map(() => patches.method(object, "greet", loud))).toEqual([true, true]);
    expect(object.greet()).toBe("hello!");
    patches.undo();
    expect(object.greet()).toBe("hello");
  });

  test("leave alone what somebody else has put on top since", () => {
    const patches = new Patches();
    const object = { greet: () => "hello" };
    patches.method(object, "greet", loud);
    const theirs = () => "theirs";
    object.greet = theirs;
    patches.undo();
    expect(object.greet).toBe(theirs);
  });

  test("say where there is nothing to patch", () => {
    const patches = new Patches();
    const fixed = Object.freeze({ greet: () => "hello" });
    expect([
      patches.method(undefined, "greet", loud),
      patches.method({}, "greet", loud),
      patches.method({ greet: 1 }, "greet", loud),
      patches.method(fixed, "greet", loud),
    ]).toEqual([false, false, false, false]);
  });

  test("stand in for exports that are fixed getters, and are through to them when undone", () => {
    const patches = new Patches();
    const exports = Object.defineProperty({ other: 1 }, "greet", {
      get: () => () => "hello",
      enumerable: true,
    }) as {
      greet(): string;
      other: number;
    };
    const standIn = patches.exported(exports, "greet", loud);
    expect([standIn.greet(), standIn.other, exports.greet()]).toEqual(["hello!", 1, "hello"]);
    patches.undo();
    expect(standIn.greet()).toBe("hello");
    expect(patches.exported(exports, "greet", loud)).toBe(standIn);
    expect(standIn.greet()).toBe("hello!");
  });

  test("change exports that can be changed in place", () => {
    const patches = new Patches();
    const exports = { greet: () => "hello" };
    expect(patches.exported(exports, "greet", loud)).toBe(exports);
    expect(exports.greet()).toBe("hello!");
  });
});
