import type { Attributes } from "./attributes.js";
import { captured } from "./captured.js";

const MAX_PARTS = 16;

/**
 * A list out of attributes that hold one leaf each, as OpenInference writes lists of messages and documents: with the prefix
 * `list`, `list.0.item.role` and `list.0.item.content` become `[{ item: { role, content } }]`. `undefined` without any.
 */
export function unflatten(attributes: Attributes, prefix: string): readonly unknown[] | undefined {
  const root: Branch = new Map();
  for (const key of Object.keys(attributes)) {
    if (!key.startsWith(`${prefix}.`)) continue;
    const parts = key.slice(prefix.length + 1).split(".", MAX_PARTS);
    setAt(root, parts, captured(attributes[key]));
  }
  if (root.size === 0) return undefined;
  const list = grown(root);
  return Array.isArray(list) ? list : [list];
}

type Branch = Map<string, unknown>;

function setAt(root: Branch, parts: readonly string[], value: unknown): void {
  let branch = root;
  for (const part of parts.slice(0, -1)) {
    const next = branch.get(part);
    const inner: Branch = next instanceof Map ? next : new Map();
    branch.set(part, inner);
    branch = inner;
  }
  branch.set(parts.at(-1) ?? "", value);
}

// Numbers are places in a list; they are put in order and closed up, so that no number makes a list huge.
function grown(branch: Branch): unknown {
  const entries = [...branch].map(
    ([name, value]) => [name, value instanceof Map ? grown(value) : value] as const,
  );
  if (!entries.every(([name]) => /^\d{1,9}$/.test(name))) return Object.fromEntries(entries);
  return entries.sort(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value);
}
