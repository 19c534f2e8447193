import { useRef } from "preact/hooks";
import { usePageKeys } from "../page-keys.js";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["/", "search"],
  ["j k or ↓ ↑", "next and previous row"],
  ["→ ←", "expand and collapse, or into and out of an action"],
  ["Home End", "first and last row"],
  ["Page Up, Page Down", "a page of rows"],
  ["Space", "expand or collapse"],
  ["n N", "next and previous match"],
  ["J K", "next and previous run or action of the list"],
  ["z x", "zoom to the action, show the whole time"],
  ["g", "fold idle time"],
  ["c p", "critical path, parallel calls"],
  ["t", "play the run back, or not"],
  ["P", "play and pause"],
  [", .", "previous and next moment"],
  ["< >", "slower and faster"],
  ["i", "jump over idle time"],
  ["?", "this list"],
];

/** Opens with `?`, closes with Escape. */
export function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  usePageKeys({
    "?": () => dialog.current?.showModal(),
    "/": () => document.querySelector<HTMLElement>("[data-search]")?.focus(),
  });
  return (
    <>
      <button
        type="button"
        class="help"
        aria-label="Keys"
        title="Keys (?)"
        onClick={() => dialog.current?.showModal()}
      >
        ?
      </button>
      <dialog ref={dialog} aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl class="keys">
          {KEYS.map(([keys, what]) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
