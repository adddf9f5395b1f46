import { onDestroy } from 'svelte';

import {
  backend,
  failureOf,
  isCancelled,
  type BoxKnobs,
  type Failure,
  type HeatMap,
  type LineTrace,
  type PageTrace,
  type Quad,
} from '$/backend';
import { Newest } from '$/state/newest';

import { lessonPicture } from './picture.svelte';

/** The steps of reading of one picture, as far as they were asked for. To be made with a component. */
export class PageSteps {
  heat = $state.raw<HeatMap | null>(null);
  page = $state.raw<PageTrace | null>(null);
  line = $state.raw<LineTrace | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Wall time of the detector in milliseconds, from whichever answer had it. */
  detectMs = $state.raw<number | null>(null);
  #picture = '';
  #line = '';
  #reopened = false;
  #stop = new AbortController();

  #pages = new Newest<{ id: string; knobs: BoxKnobs }, PageTrace>(
    ({ id, knobs }, signal) => backend().pageTrace(id, knobs, signal),
    (page, { id }) => {
      if (id !== this.#picture) return;
      this.page = page;
      this.#reopened = false;
      this.detectMs ??= page.detect_ms ?? null;
      this.failure = null;
    },
    (thrown) => {
      this.#fail(thrown);
    },
  );

  #lines = new Newest<{ id: string; quad: Quad }, LineTrace>(
    ({ id, quad }, signal) => backend().lineTrace(id, { quad }, signal),
    (line, { id }) => {
      if (id === this.#picture) this.line = line;
    },
    (thrown) => {
      this.#fail(thrown);
    },
    400,
  );

  constructor() {
    onDestroy(() => {
      this.#forget();
    });
  }

  /** Asks for the map of another picture; what was known of the one before is forgotten. */
  begin(id: string): void {
    if (id === this.#picture) return;
    this.#forget();
    this.#picture = id;
    this.heat = this.page = this.line = this.failure = this.detectMs = null;
    this.#line = '';
    const stop = new AbortController();
    this.#stop = stop;
    backend()
      .heatMap(id, stop.signal)
      .then((heat) => {
        if (stop.signal.aborted) return;
        this.detectMs = heat.detect_ms ?? this.detectMs;
        this.heat = heat;
      })
      .catch((thrown: unknown) => {
        if (!stop.signal.aborted) this.#fail(thrown);
      });
  }

  /** Asks for the boxes. */
  boxes(id: string, knobs: BoxKnobs): void {
    this.#pages.ask({ id, knobs });
  }

  /** Asks for the steps of the line in `quad`, unless they are the newest that were asked for. */
  follow(id: string, quad: Quad): void {
    const name = `${id} ${quad.join(' ')}`;
    if (name === this.#line) return;
    this.#line = name;
    this.#lines.ask({ id, quad });
  }

  /** Does all of it again. */
  again(): void {
    this.#picture = '';
    this.failure = null;
    void lessonPicture.again();
  }

  #forget(): void {
    this.#stop.abort();
    this.#pages.stop();
    this.#lines.stop();
  }

  #fail(thrown: unknown): void {
    if (isCancelled(thrown)) return;
    this.#line = '';
    const failure = failureOf(thrown);
    // The engine lets go of pictures that were not looked at for long: once, that is no news.
    if (failure.code === 'unknown_picture' && !this.#reopened) {
      this.#reopened = true;
      this.again();
      return;
    }
    this.failure = failure;
  }
}
