/** At least so long between two announcements, in milliseconds. */
export const QUIET_MS = 5_000;

/**
 * Says what changes to people who listen, and not more often than they can follow: what comes in
 * between is replaced by the newest, and what was said is not said again.
 */
export class Announcer {
  #last = '';
  #lastAt = -Infinity;
  #next: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly say: (text: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  offer(text: string): void {
    this.#next = text === this.#last || text === '' ? null : text;
    if (this.#next === null) return;
    const wait = this.#lastAt + QUIET_MS - this.now();
    if (wait <= 0) this.#speak();
    else
      this.#timer ??= setTimeout(() => {
        this.#speak();
      }, wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = null;
  }

  #speak(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#next === null) return;
    this.#last = this.#next;
    this.#lastAt = this.now();
    this.#next = null;
    this.say(this.#last);
  }
}
