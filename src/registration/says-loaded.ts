const NAME = "otel-agent-actions.module-loaded";

/** On `globalThis` of a thread whose modules are watched: what an ES module calls by {@link SAYS_LOADED}. */
export const MODULE_LOADED = Symbol.for(NAME);

/** In front of the source of an ES module that stands for another: its imports are evaluated before, its own code afterwards. */
export const SAYS_LOADED = `globalThis[Symbol.for(${JSON.stringify(NAME)})]?.();`;
