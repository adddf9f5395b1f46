/** Addresses of the app, kept in the fragment: `#/playground/page?unclip=1.6`. */

export const PLACES = ['lens', 'library', 'playground', 'bench', 'device'] as const;
export type Place = (typeof PLACES)[number];

export interface Route {
  place: Place;
  /** What follows the place, for example the name of a lesson; `null` where nothing does. */
  rest: string | null;
  /** Knobs and the like, decoded. */
  query: Record<string, string>;
}

/** The route of a fragment. Whatever is no address of ours is the Lens. */
export function parseRoute(fragment: string): Route {
  const [path = '', search = ''] = split(fragment.replace(/^#?\/?/, ''), '?');
  const [first = '', rest = ''] = split(path, '/');
  const place = PLACES.find((name) => name === first);
  if (place === undefined) return { place: 'lens', rest: null, query: {} };
  const clean = rest.replace(/\/+$/, '');
  return {
    place,
    rest: clean === '' ? null : decode(clean),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** The fragment of a route; {@link parseRoute} gives the route back. */
export function formatRoute(route: Partial<Route> & { place: Place }): string {
  const rest =
    route.rest === undefined || route.rest === null ? '' : `/${encodeURIComponent(route.rest)}`;
  const search = new URLSearchParams(route.query ?? {}).toString();
  return `#/${route.place}${rest}${search === '' ? '' : `?${search}`}`;
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
