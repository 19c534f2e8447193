import { isPlainObject } from "../../../../src/event/json.js";
import { DECISION_TYPES } from "../dialect.js";
import { checkCondition } from "./check-condition.js";
import { checkSource, checkSourceOfAll } from "./check-source.js";
import { DEFINED_TYPES } from "./definition.js";
import { Mistakes } from "./mistakes.js";

/** Every mistake of a definition, each with the place and the way out; none when it can be used. */
export function definitionMistakes(definition: unknown, place = "dialect"): readonly string[] {
  const mistakes = new Mistakes(place);
  if (!isPlainObject(definition)) {
    mistakes.add("", "has to be an object with a name and actions");
    return mistakes.found;
  }
  mistakes.onlyKnown("", definition, ["name", "actions", "agent", "session", "masks", "$schema"]);
  if (typeof definition.name !== "string" || !/^[a-z][a-z0-9_-]{0,63}$/.test(definition.name))
    mistakes.add("name", "has to be a text of lower-case letters, digits, - and _, such as acme-agents");
  for (const key of ["agent", "session"]) checkSourceOfAll(mistakes, key, definition[key]);
  checkMasks(mistakes, definition.masks);
  checkActions(mistakes, definition.actions);
  return mistakes.found;
}

function checkMasks(mistakes: Mistakes, masks: unknown): void {
  if (masks === undefined) return;
  if (!Array.isArray(masks) || masks.some((mask) => typeof mask !== "string"))
    mistakes.add("masks", "has to be a list of texts");
}

function checkActions(mistakes: Mistakes, actions: unknown): void {
  if (!Array.isArray(actions) || actions.length === 0) {
    mistakes.add("actions", "has to be a list of at least one action");
    return;
  }
  for (const [index, action] of actions.entries()) checkAction(mistakes, `actions[${index}]`, action);
}

const SOURCES = ["name", "arguments", "result", "callId", "agent", "session", "error", "errorType"];
const ACTION_MEMBERS = [...SOURCES, "type", "where", "decision", "absent", "details"];

function checkAction(mistakes: Mistakes, at: string, action: unknown): void {
  if (!isPlainObject(action)) {
    mistakes.add(at, "has to be an object with a type and where");
    return;
  }
  mistakes.onlyKnown(at, action, ACTION_MEMBERS);
  mistakes.choice(`${at}.type`, action.type, DEFINED_TYPES);
  checkCondition(mistakes, `${at}.where`, action.where);
  for (const key of SOURCES) checkSource(mistakes, `${at}.${key}`, action[key]);
  if (action.decision !== undefined) {
    mistakes.choice(`${at}.decision`, action.decision, DECISION_TYPES);
    if (action.type !== "decision")
      mistakes.add(`${at}.decision`, "is for actions of the type decision only");
  }
  if (action.absent !== undefined) mistakes.choice(`${at}.absent`, action.absent, ["nothing", "hidden"]);
  checkDetails(mistakes, `${at}.details`, action.details);
}

function checkDetails(mistakes: Mistakes, at: string, details: unknown): void {
  if (details === undefined) return;
  if (!isPlainObject(details)) {
    mistakes.add(at, "has to be an object of sources by name");
    return;
  }
  for (const [name, source] of Object.entries(details)) checkSource(mistakes, `${at}.${name}`, source);
}
