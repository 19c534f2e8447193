import { COMMON_FIELDS, type CommonFields } from "./common-fields.js";
import type { FieldTable } from "./field.js";
import { MAX_NAME_BYTES } from "./limits.js";

export const LABEL_KINDS = ["label", "note", "outcome"] as const;
/** `note`: a text for people. `outcome`: how it went, as somebody or something found later. */
export type LabelKind = (typeof LABEL_KINDS)[number];

/**
 * What a person or a program says of a run or an action: topic `agent-action-labels`, table `agent_action_labels`. It may come later,
 * from another process and another trace, and before the run does.
 *
 * - It is about the action `action_id` where that is given, else about the run `correlation_id`. One of the two is needed.
 * - Said again with the same `id`, it is the same one; the first stays. An `id` that is no UUID is one of its run or action: for another
 *   one it may be used again.
 */
export interface LabelEvent extends CommonFields {
  /** The action that it is about; absent where it is about the whole run. */
  action_id?: string;
  /** @default "label" */
  kind?: LabelKind;
  /** What is said: `good`, `incident`, `resolved`. */
  name: string;
  /** In words, or a link. */
  text?: string;
  /** In a number. */
  score?: number;
  /** Who says it: a person or a program, as it calls itself. */
  created_by?: string;
}

export const LABEL_FIELDS = {
  ...COMMON_FIELDS,
  action_id: { type: "uuid", description: "The action that it is about; absent: the run." },
  kind: { type: "choice", of: LABEL_KINDS, description: "Default label." },
  name: {
    type: "text",
    content: false,
    required: true,
    maxBytes: MAX_NAME_BYTES,
    description: "What is said: good, incident, resolved.",
  },
  text: { type: "text", content: true, description: "In words, or a link." },
  score: { type: "number", description: "In a number." },
  created_by: {
    type: "text",
    content: false,
    maxBytes: MAX_NAME_BYTES,
    description: "Who says it: a person or a program, as it calls itself.",
  },
} as const satisfies FieldTable<LabelEvent>;
