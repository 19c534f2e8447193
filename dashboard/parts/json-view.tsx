import { useState } from "preact/hooks";
import { LongText } from "./long-text.js";

/** A text of so many characters is cut until it is asked for, a name for good; so many members are shown at a time. */
const MAX_TEXT = 2_000;
const MAX_NAME = 300;
const MAX_MEMBERS = 100;
const OPEN_DEPTH = 2;
const MAX_PREVIEW = 120;

/** A JSON value of any size and depth, as text. Members are made when they are opened. */
export function JsonView({
  value,
  name,
  depth = 0,
}: {
  readonly value: unknown;
  readonly name?: string;
  readonly depth?: number;
}) {
  const label = name !== undefined && (
    <bdi class="json-name">{name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name}</bdi>
  );
  if (typeof value === "string") return <JsonText text={value} label={label} />;
  if (typeof value !== "object" || value === null)
    return (
      <div class="json-row">
        {label}
        <span class={`json-${value === null ? "null" : typeof value}`}>{String(value)}</span>
      </div>
    );
  return <JsonMembers value={value} label={label} depth={depth} />;
}

function JsonText({ text, label }: { readonly text: string; readonly label: preact.ComponentChildren }) {
  // It scrolls, so the keyboard has to reach it.
  const isBlock = text.length > MAX_TEXT || text.includes("\n");
  return (
    <div class="json-row">
      {label}
      <div class={isBlock ? "json-string block" : "json-string"} {...(isBlock && { tabIndex: 0 })}>
        <LongText text={text} first={MAX_TEXT} />
      </div>
    </div>
  );
}

function JsonMembers({
  value,
  label,
  depth,
}: {
  readonly value: object;
  readonly label: preact.ComponentChildren;
  readonly depth: number;
}) {
  const isList = Array.isArray(value);
  const names = Object.keys(value);
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH && names.length <= MAX_MEMBERS);
  const [shown, setShown] = useState(MAX_MEMBERS);
  if (names.length === 0)
    return (
      <div class="json-row">
        {label}
        <span class="json-null">{isList ? "empty list" : "empty object"}</span>
      </div>
    );
  return (
    <details class="json-members" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {label}
        <span class="json-null">
          {isList
            ? `list of ${names.length}`
            : `${names.length} ${names.length === 1 ? "member" : "members"}`}
        </span>
        {!isOpen && <bdi class="json-preview">{previewOf(value)}</bdi>}
      </summary>
      {isOpen &&
        names
          .slice(0, shown)
          .map((member) => (
            <JsonView
              key={member}
              name={member}
              value={(value as Record<string, unknown>)[member]}
              depth={depth + 1}
            />
          ))}
      {isOpen && names.length > shown && (
        <button type="button" class="link" onClick={() => setShown(shown + MAX_MEMBERS)}>
          Show {Math.min(MAX_MEMBERS, names.length - shown)} more
        </button>
      )}
    </details>
  );
}

/** The beginning of what is inside, for as long as it is closed. Of a large value no more is looked at than is shown. */
function previewOf(value: object): string {
  let text = "";
  for (const name in value) {
    if (text.length > MAX_PREVIEW) break;
    const member = (value as Record<string, unknown>)[name];
    const shown =
      typeof member === "object" && member !== null
        ? Array.isArray(member)
          ? "[…]"
          : `{ ${Object.keys(member).slice(0, 3).join(", ").slice(0, MAX_PREVIEW)} }`
        : String(member).slice(0, MAX_PREVIEW);
    text += `${text === "" ? "" : ", "}${Array.isArray(value) ? "" : `${name.slice(0, MAX_PREVIEW)}: `}${shown}`;
  }
  return text.replaceAll(/\s+/g, " ").slice(0, MAX_PREVIEW);
}
