import { usePageKeys } from "../page-keys.js";

/** j and k move through the links of a list that carry `data-row`; Enter follows the one that has the focus, as of any link. */
export function useListKeys(): void {
  usePageKeys({ j: () => moveBy(1), k: () => moveBy(-1) });
}

function moveBy(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const { activeElement } = document;
  const current = activeElement instanceof HTMLElement ? links.indexOf(activeElement) : -1;
  const next = current === -1 ? 0 : current + step;
  links[Math.min(Math.max(0, next), links.length - 1)]?.focus();
}
