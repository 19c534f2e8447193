import { hideSecond } from "../hide-second.js";
import type { Hide, TextRule } from "../text-rule.js";

/** A secret of Kubernetes: what stands under `data` and `stringData`, whatever its name. */
export const KUBERNETES_SECRET: TextRule = {
  name: "Kubernetes secret",
  literals: ["Secret", "secret"],
  find({ plain }, hide) {
    if (!IS_SECRET.test(plain)) return;
    for (const { index, 0: head, 1: indent = "" } of plain.matchAll(DATA_OF_YAML))
      hideLines(plain, index + head.length, indent.length, hide);
    for (const { index, 0: whole, 1: head = "" } of plain.matchAll(DATA_OF_JSON))
      hideSecond(whole.slice(head.length), MEMBER, (start, end) =>
        hide(index + head.length + start, index + head.length + end),
      );
  },
};

const IS_SECRET = /\bkind\x01{0,63}["']?\s{0,4}:\s{0,4}\x01{0,63}["']?[Ss]ecret\b/;
const DATA_OF_YAML = /(?<=^|[\r\n])([ \t]*)(?:data|stringData):[ \t\x01]*(?=[\r\n])/g;
const DATA_OF_JSON = /((?:data|stringData)\x01{0,63}"\s{0,4}:\s{0,4}\{)[^{}]{0,65536}/g;
const MEMBER = /(:\s{0,4}\x01{0,63}["'])([^"'\x01]{4,65536})/g;

const MAX_LINES = 500;
/** Its first group stands before the name, its third is the value. */
const LINE = /[\r\n]+([ \t]*)([\w.-]{1,253}:[ \t]+\x01{0,63}["']?)?([^\s#|>"'$\x01{][^\s"'\x01]*)?[^\r\n]*/y;

/** Each `name: value` that is further in than the name before them. */
function hideLines(text: string, from: number, indent: number, hide: Hide): void {
  LINE.lastIndex = from;
  for (let lines = 0; lines < MAX_LINES; lines++) {
    const line = LINE.exec(text);
    if (line === null) return;
    const [whole, inner = "", name = "", value = ""] = line;
    if (inner.length <= indent) return;
    const start = line.index + whole.indexOf(inner + name + value) + inner.length + name.length;
    if (name !== "" && value.length >= 4) hide(start, start + value.length);
  }
}
