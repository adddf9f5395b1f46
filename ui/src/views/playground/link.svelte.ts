import { formatRoute } from '$/router';
import { route } from '$/state/route.svelte';

import { readLink, writeLink, type Fields, type Values } from './link';

/** Browsers refuse addresses that change all the time; this long after the last change is often enough. */
const REST_MS = 250;

/** The knobs of a lesson, in its address and out of it. To be made while a component is made. */
export class LinkState<F extends Fields> {
  values: Values<F>;
  #lesson: string;
  #fields: F;
  #written: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(lesson: string, fields: F) {
    this.#lesson = lesson;
    this.#fields = fields;
    this.values = $state(readLink(fields, route.current.query));
    this.#written = formatRoute(route.current);
    $effect(() => {
      const now = formatRoute(route.current);
      if (now === this.#written || route.current.rest !== lesson) return;
      this.#written = now;
      this.values = readLink(fields, route.current.query);
    });
    $effect(() => () => {
      clearTimeout(this.#timer);
    });
  }

  /** Turns knobs. The address follows when they come to rest. */
  set(patch: Partial<Values<F>>): void {
    this.values = { ...this.values, ...patch };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#write();
    }, REST_MS);
  }

  /** The address of this state without its page: `#/playground/…`. */
  get fragment(): string {
    return formatRoute(this.#route());
  }

  #route() {
    return {
      place: 'playground' as const,
      rest: this.#lesson,
      query: writeLink(this.#fields, this.values),
    };
  }

  #write(): void {
    if (route.current.place !== 'playground' || route.current.rest !== this.#lesson) return;
    this.#written = this.fragment;
    route.replace(this.#route());
  }
}
