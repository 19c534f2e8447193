import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** Rows mounted beyond what is seen, on each side. */
const OVERSCAN = 6;

export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
}

/** Which rows of one height are seen in an element that scrolls. Changes only when another row comes into sight. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): RowWindow {
  const [seen, setSeen] = useState<RowWindow>({ first: 0, last: Math.min(count, 40) });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let frame = 0;
    const measure = () => {
      frame = 0;
      const first = Math.floor(element.scrollTop / rowHeight);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight);
      const next = { first: Math.max(0, first - OVERSCAN), last: Math.min(count, last + OVERSCAN) };
      setSeen((before) => (before.first === next.first && before.last === next.last ? before : next));
    };
    // Scroll events come more often than frames.
    const later = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    element.addEventListener("scroll", later, { passive: true });
    const size = new ResizeObserver(later);
    size.observe(element);
    return () => {
      element.removeEventListener("scroll", later);
      size.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [count, rowHeight, scroller]);
  return { first: Math.min(seen.first, Math.max(0, count - 1)), last: Math.min(seen.last, count) };
}
