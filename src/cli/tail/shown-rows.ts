import { createHash } from "node:crypto";
import type { ShownAction } from "../actions/shown-action.js";
import { oneLine } from "../format/values.js";

interface ShownRow {
  /** Of the text under which it was shown last. */
  readonly digest: string;
  readonly title: string;
}

/** Some 300 bytes each. */
const MAX_ROWS = 20_000;
const MAX_TITLE = 80;

/** Which rows were shown, and as what: a change that changes nothing of what is shown is none. The oldest are forgotten first. */
export class ShownRows {
  readonly #rows = new Map<string, ShownRow>();

  /** Whether this text is another one than the row was shown as last. */
  isNews({ id, agent_name: agent, action_name: name }: ShownAction, text: string): boolean {
    const digest = createHash("sha256").update(text).digest("base64").slice(0, 16);
    const before = this.#rows.get(id);
    // What was shown last stands last, so that the oldest can go.
    this.#rows.delete(id);
    this.#rows.set(id, { digest, title: `${oneLine(agent)}  ${oneLine(name)}`.slice(0, MAX_TITLE) });
    if (this.#rows.size > MAX_ROWS) this.#forgetOldest();
    return before?.digest !== digest;
  }

  /** What a row that is gone was called; `undefined` where it was not shown, or is forgotten. */
  take(id: string): string | undefined {
    const title = this.#rows.get(id)?.title;
    this.#rows.delete(id);
    return title;
  }

  #forgetOldest(): void {
    for (const id of this.#rows.keys()) {
      this.#rows.delete(id);
      return;
    }
  }
}
