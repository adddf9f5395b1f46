import type { LiveHandle } from '$/backend';

/** Takes the frame that is shown now, as a message with its header. */
export type Grab = (at: number, number: number) => Promise<ArrayBuffer | null>;

/**
 * Sends frames as fast as the engine answers and no faster. Every frame that was shown has a number,
 * sent or not, so that the engine can count those that it never got.
 */
export class Pusher {
  #number = 0;
  #grabbing = false;
  #sent = 0;
  #leftOut = 0;
  #stopped = false;

  constructor(
    private readonly handle: Pick<LiveHandle, 'ready' | 'push'>,
    private readonly grab: Grab,
    private readonly onfail: (thrown: unknown) => void,
  ) {}

  /** A frame of the time `at` is shown. Settles when it was sent or left out. */
  async shown(at: number): Promise<void> {
    if (this.#stopped) return;
    this.#number += 1;
    if (this.#grabbing || !this.handle.ready) {
      this.#leftOut += 1;
      return;
    }
    this.#grabbing = true;
    try {
      const frame = await this.grab(at, this.#number);
      if (this.#stopped) return;
      if (frame !== null && this.handle.push(frame)) this.#sent += 1;
      else this.#leftOut += 1;
    } catch (thrown) {
      this.#leftOut += 1;
      if (!this.#stopped) this.onfail(thrown);
    } finally {
      this.#grabbing = false;
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  get sent(): number {
    return this.#sent;
  }

  /** Frames that were shown and not sent: others were on their way. */
  get leftOut(): number {
    return this.#leftOut;
  }
}
