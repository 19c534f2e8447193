/** A service whose clock is set: by so many milliseconds, one of CLOCK_STEPS at each SIGUSR2. Clocks that only go forward do not know of it. */
const RealDate = Date;
const steps = (process.env.CLOCK_STEPS ?? "").split(",").map(Number);
let offset = 0;
process.on("SIGUSR2", () => {
  offset += steps.shift() ?? 0;
});

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given: readonly unknown[]) =>
    given.length === 0 ? new target(target.now() + offset) : Reflect.construct(target, [...given]),
  apply: (target) => new target(target.now() + offset).toString(),
  get: (target, name) => (name === "now" ? () => target.now() + offset : Reflect.get(target, name)),
});

await import("../integration/service-program.js");
