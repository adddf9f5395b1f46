/**
 * The way back on phones: the system's gesture or button closes what lies on top, before it leaves a place.
 * Each thing that lies on top is a step of the history.
 */

/** What of the window is used; tests have their own. */
export interface Steps {
  readonly history: Pick<History, 'state' | 'pushState' | 'replaceState' | 'back'>;
  addEventListener(type: 'popstate', listener: () => void): void;
}

/** What a step of the history says of what lies on top there. */
interface Marks {
  /** All of it, by numbers. */
  over: number[];
  /** What the step was made for; `null` for a place. */
  top: number | null;
}

interface Layer {
  id: number;
  close: () => void;
}

export class WayBack {
  readonly #on: Steps;
  #layers: Layer[] = [];
  #last = 0;
  /** Steps back that were asked for and have not been gone yet. */
  #leaving = 0;
  #after: (() => void)[] = [];

  constructor(on: Steps) {
    this.#on = on;
    this.#mark(null);
    on.addEventListener('popstate', () => {
      this.#went();
    });
  }

  /**
   * Something lies on top; the way back calls `close`. Returns what is called when it is gone, however that
   * came.
   */
  open(close: () => void): () => void {
    const layer = { id: ++this.#last, close };
    this.#layers.push(layer);
    this.then(() => {
      if (this.#layers.includes(layer)) this.#on.history.pushState(this.#marks(layer.id), '');
    });
    return () => {
      this.#gone(layer);
    };
  }

  /** Runs `step`, which adds to the history, once no step back is on its way. */
  then(step: () => void): void {
    if (this.#leaving === 0) step();
    else this.#after.push(step);
  }

  #gone(layer: Layer): void {
    if (!this.#layers.includes(layer)) return;
    this.#layers = this.#layers.filter((other) => other !== layer);
    // Where more came after its step, the step stays, and shows the place that it was over.
    if (this.#here()?.top === layer.id) {
      this.#leaving += 1;
      this.#on.history.back();
    }
  }

  #went(): void {
    const here = this.#here();
    if (this.#leaving > 0) this.#leaving -= 1;
    else if (here === null) this.#mark(null);
    else {
      const closed = this.#layers.filter(({ id }) => !here.over.includes(id));
      this.#layers = this.#layers.filter(({ id }) => here.over.includes(id));
      for (const { close } of closed.reverse()) close();
    }
    if (this.#leaving === 0) {
      for (const step of this.#after.splice(0)) step();
    }
  }

  /** What this step of the history says; `null` for one that was just made by going to a place. */
  #here(): Marks | null {
    const state: unknown = this.#on.history.state;
    return typeof state === 'object' && state !== null && 'over' in state ? (state as Marks) : null;
  }

  #mark(top: number | null): void {
    this.#on.history.replaceState(this.#marks(top), '');
  }

  #marks(top: number | null): Marks {
    return { over: this.#layers.map(({ id }) => id), top };
  }
}
