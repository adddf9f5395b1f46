import { describe, expect, it } from 'vitest';

import { WayBack, type Steps } from './wayBack';

/** A window's history: steps back are gone later, as in browsers. */
class Fake implements Steps {
  steps: { state: unknown; at: string }[] = [{ state: null, at: '#/lens' }];
  #listener: () => void = () => undefined;
  #pending = 0;
  readonly history: Steps['history'];

  constructor() {
    const steps = () => this.steps;
    this.history = {
      get state(): unknown {
        return steps().at(-1)?.state;
      },
      pushState: (state: unknown) => {
        this.steps.push({ state: structuredClone(state), at: this.place });
      },
      replaceState: (state: unknown) => {
        this.steps.push({ state: structuredClone(state), at: this.steps.pop()?.at ?? '' });
      },
      back: () => {
        this.#pending += 1;
      },
    };
  }

  get place(): string {
    return this.steps.at(-1)?.at ?? '';
  }

  addEventListener(_: 'popstate', listener: () => void): void {
    this.#listener = listener;
  }

  /** The person goes back, or what was asked for happens. */
  back(): void {
    this.steps.pop();
    this.#listener();
  }

  settle(): void {
    while (this.#pending > 0) {
      this.#pending -= 1;
      this.back();
    }
  }

  go(at: string): void {
    this.steps.push({ state: null, at });
    this.#listener();
  }
}

function setUp() {
  const fake = new Fake();
  return { fake, way: new WayBack(fake), closed: [] as string[] };
}

describe('the way back', () => {
  it('closes what lies on top, the topmost first', () => {
    const { fake, way, closed } = setUp();
    const one = way.open(() => closed.push('camera'));
    const two = way.open(() => closed.push('sheet'));
    fake.back();
    expect(closed).toEqual(['sheet']);
    two();
    fake.back();
    expect(closed).toEqual(['sheet', 'camera']);
    one();
    fake.settle();
    expect(fake.steps).toHaveLength(1);
  });

  it('takes its step back where something is closed by itself', () => {
    const { fake, way, closed } = setUp();
    const end = way.open(() => closed.push('sheet'));
    expect(fake.steps).toHaveLength(2);
    end();
    end();
    fake.settle();
    expect(fake.steps).toHaveLength(1);
    expect(closed).toEqual([]);
  });

  it('lets a place be gone to only after that step', () => {
    const { fake, way } = setUp();
    way.open(() => undefined)();
    way.then(() => {
      fake.go('#/library');
    });
    expect(fake.place).toBe('#/lens');
    fake.settle();
    expect(fake.steps.map(({ at }) => at)).toEqual(['#/lens', '#/library']);
    way.then(() => {
      fake.go('#/device');
    });
    expect(fake.place).toBe('#/device');
  });

  it('opens what follows another only after that step', () => {
    const { fake, way, closed } = setUp();
    const camera = way.open(() => closed.push('camera'));
    camera();
    way.open(() => closed.push('picture'));
    const brief = way.open(() => closed.push('brief'));
    brief();
    fake.settle();
    expect(fake.steps).toHaveLength(2);
    fake.back();
    expect([closed, fake.steps.length]).toEqual([['picture'], 1]);
  });

  it('keeps what is open in another place, and leads back to it', () => {
    const { fake, way, closed } = setUp();
    way.open(() => closed.push('picture'));
    fake.go('#/library');
    way.open(() => closed.push('sheet'));
    fake.back();
    expect([closed, fake.place]).toEqual([['sheet'], '#/library']);
    fake.back();
    expect([closed, fake.place]).toEqual([['sheet'], '#/lens']);
    fake.back();
    expect([closed, fake.steps.length]).toEqual([['sheet', 'picture'], 1]);
  });

  it('stays in the place that was gone to when what is left behind closes', () => {
    const { fake, way, closed } = setUp();
    const end = way.open(() => closed.push('camera'));
    fake.go('#/library');
    end();
    fake.settle();
    expect(fake.place).toBe('#/library');
    way.open(() => closed.push('sheet'));
    fake.back();
    expect([closed, fake.place]).toEqual([['sheet'], '#/library']);
  });

  it('closes one under another without losing the one above', () => {
    const { fake, way, closed } = setUp();
    const under = way.open(() => closed.push('under'));
    way.open(() => closed.push('above'));
    under();
    fake.settle();
    fake.back();
    expect(closed).toEqual(['above']);
  });
});
