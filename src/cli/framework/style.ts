import { stripVTControlCharacters, styleText } from "node:util";

/** Words for what a colour means here, so that no command chooses colours of its own. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly accent: (text: string) => string;
}

const plain = (text: string): string => text;

const PLAIN: Style = { bold: plain, dim: plain, good: plain, warn: plain, bad: plain, accent: plain };

type Format = Parameters<typeof styleText>[0];

function paint(format: Format): (text: string) => string {
  // Whether to colour at all is decided below, once for a stream; styleText would ask stdout's settings again.
  return (text) => (text === "" ? "" : styleText(format, text, { validateStream: false }));
}

const COLOURED: Style = {
  bold: paint("bold"),
  dim: paint("dim"),
  good: paint("green"),
  warn: paint("yellow"),
  bad: paint("red"),
  accent: paint("cyan"),
};

/** Colours when the stream is a terminal that shows them; `FORCE_COLOR` and `NO_COLOR` decide where they are set. */
export function createStyle(isTerminal: boolean, env: NodeJS.ProcessEnv): Style {
  return wantsColour(isTerminal, env) ? COLOURED : PLAIN;
}

/** https://force-color.org and https://no-color.org: any non-empty value counts, and forcing wins, as it does in Node. */
function wantsColour(isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  if (NO_COLOR) return false;
  return isTerminal && TERM !== "dumb";
}

/** The text as it is without colours. */
export function unstyled(text: string): string {
  return stripVTControlCharacters(text);
}
