import { useEffect } from "preact/hooks";

/** j and k move through the links of a list that carry `data-row`; Enter follows the one that has the focus, as of any link. */
export function useListKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key !== "j" && event.key !== "k") return;
      if (event.target instanceof HTMLElement && event.target.closest("input, select, textarea, dialog"))
        return;
      const links = [...document.querySelectorAll<HTMLElement>("[data-row]")];
      const { activeElement } = document;
      const current = activeElement instanceof HTMLElement ? links.indexOf(activeElement) : -1;
      const next = current === -1 ? 0 : current + (event.key === "j" ? 1 : -1);
      links[Math.min(Math.max(0, next), links.length - 1)]?.focus();
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
