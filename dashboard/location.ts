/** What is shown stands in the URL: whoever opens the same link sees the same. */
import { signal } from "@preact/signals";

export interface Location {
  readonly path: string;
  readonly parameters: URLSearchParams;
}

const read = (): Location => ({
  path: window.location.pathname,
  parameters: new URLSearchParams(window.location.search),
});

/** The URL as it stands. */
export const here = signal<Location>(read());

window.addEventListener("popstate", () => {
  here.value = read();
});

/** A part of a URL as it was before it was encoded; what somebody wrote by hand, such as `100%`, may be no encoding and stays as it is. */
export function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Another page, or the same with other parameters. `replace`: going back passes over it. */
export function go(url: string, { replace = false } = {}): void {
  if (url === `${window.location.pathname}${window.location.search}`) return;
  if (replace) window.history.replaceState(null, "", url);
  else window.history.pushState(null, "", url);
  const before = here.value.path;
  here.value = read();
  if (here.value.path !== before) window.scrollTo(0, 0);
}

type Changes = Readonly<Record<string, string | number | null | undefined>>;

/** This URL with some parameters changed; null and an empty text remove one. */
export function urlWith(changes: Changes, { path, parameters }: Location = here.value): string {
  const changed = new URLSearchParams(parameters);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") changed.delete(name);
    else changed.set(name, String(value));
  }
  const query = changed.toString();
  return query === "" ? path : `${path}?${query}`;
}

/** Changes parameters of this URL. */
export const setParameters = (changes: Changes, options?: { replace?: boolean }): void =>
  go(urlWith(changes), options);

/** The path of one thing: each part is encoded. */
export const pathTo = (...parts: readonly string[]): string => `/${parts.map(encodeURIComponent).join("/")}`;

/** Follows links of ours without loading the page anew; all others, and clicks that ask for a new tab, are the browser's. */
export function followLinks(event: MouseEvent): void {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link?.target !== "" || link.origin !== window.location.origin || link.hasAttribute("download")) return;
  if (link.pathname.startsWith("/api/") || (link.pathname === window.location.pathname && link.hash !== ""))
    return;
  event.preventDefault();
  go(`${link.pathname}${link.search}`);
}
