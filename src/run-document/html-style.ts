import { createHash } from "node:crypto";

/** Levels of the tree that are indented; what is deeper stands where the last of them does. */
export const MAX_INDENT = 24;

const INDENTS = Array.from(
  { length: MAX_INDENT + 1 },
  (_, depth) => `.d${depth}{padding-left:${depth * 1.1}rem}`,
).join("\n");

export const STYLE = `
:root{color-scheme:light dark;--line:light-dark(#d9dfe0,#333c41);--quiet:light-dark(#556167,#a3b0b6);--bar:light-dark(#0b6e6e,#52c5c0);
--bad:light-dark(#b3261e,#ff8f86);--open:light-dark(#1c5fb8,#7db4ff);font:14px/1.45 system-ui,sans-serif;
color:light-dark(#182023,#e4eaec);background:light-dark(#fff,#14181b)}
body{margin:1.5rem auto;max-width:72rem;padding:0 1rem}
h1{font-size:1.25rem;overflow-wrap:anywhere}
ol{list-style:none;margin:1rem 0;padding:0}
li{border-top:1px solid var(--line)}
summary{display:flex;flex-wrap:wrap;gap:.25rem .75rem;padding:.3rem 0;align-items:baseline;cursor:pointer}
summary>*{display:inline-block;overflow:hidden}
.name{font-weight:600;overflow-wrap:anywhere}
.quiet,.time{color:var(--quiet)}
.time{font-variant-numeric:tabular-nums;margin-left:auto}
.failed{color:var(--bad)}
.open{color:var(--open)}
svg{width:12rem;height:.6rem;flex:none;background:var(--line)}
rect{fill:var(--bar)}
rect.failed{fill:var(--bad)}
rect.open{fill:var(--open)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;overflow:hidden;margin:0 0 .75rem;padding:.5rem .75rem;border:1px solid var(--line);font:12px/1.5 ui-monospace,monospace}
${INDENTS}
`;

/** Nothing is loaded, nothing runs, and this style is the only one. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;
