/**
 * The version of this package, as package.json has it (a test holds the two together). A constant, because an agent should
 * not read a file to name the instrumentation scope of its spans.
 */
export const PACKAGE_VERSION = "0.1.0";
