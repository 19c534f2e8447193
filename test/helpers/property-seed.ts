/**
 * What is drawn for a property is the same each time, so that a change fails by itself and not by what was drawn that day.
 * `npm run test:properties` draws anew, again and again.
 */
import fc from "fast-check";

const seed = Number(process.env.AGENT_ACTIONS_TEST_PROPERTY_SEED ?? 20_261_129);
if (!Number.isInteger(seed)) throw new Error("AGENT_ACTIONS_TEST_PROPERTY_SEED has to be a whole number.");
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
