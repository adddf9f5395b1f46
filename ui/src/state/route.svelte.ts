import { formatRoute, parseRoute, type Place, type Route } from '$/router';

import { afterWayBack } from './back';

const here = $state<{ route: Route }>({ route: parseRoute(location.hash) });

addEventListener('hashchange', () => {
  here.route = parseRoute(location.hash);
});

/** Where the app is. Reactive. */
export const route = {
  get current(): Route {
    return here.route;
  },
  /** Goes there; the way back leads here again. */
  go(to: Partial<Route> & { place: Place }): void {
    afterWayBack(() => {
      location.hash = formatRoute(to);
    });
  },
  /** Says the same place with other knobs, without a step in the history. */
  replace(to: Partial<Route> & { place: Place }): void {
    history.replaceState(history.state, '', formatRoute(to));
    here.route = parseRoute(location.hash);
  },
};
