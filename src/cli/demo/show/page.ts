import { wrapText } from "../../framework/help.js";
import type { Output } from "../../framework/output.js";

/** A page of the demo: numbered headings, everything else indented below them. */
export interface Page {
  readonly out: Output;
  /** Width of what stands below a heading. */
  readonly columns: number;
  heading(text: string): void;
  line(text?: string): void;
  /** One point of a list, over as many lines as it takes. */
  item(text: string): void;
}

const INDENT = "   ";

export function createPage(out: Output): Page {
  let headings = 0;
  return {
    out,
    columns: out.columns - INDENT.length,
    heading(text) {
      headings += 1;
      out.result(`\n${out.style.bold(`${headings}  ${text}`)}`);
    },
    line: (text = "") => out.result(text === "" ? "" : INDENT + text),
    item(text) {
      wrapText(text, out.columns - INDENT.length - 2).forEach((line, at) => {
        out.result(`${INDENT}${at === 0 ? out.style.dim("> ") : "  "}${line}`);
      });
    },
  };
}
