/**
 * Requests of which only the newest counts, as a slider makes them. One runs at a time; those asked for
 * meanwhile are replaced by the newest. A running one that was outdated may still finish, so that
 * something is seen while a slider moves, but not for longer than `patience`: then it is aborted.
 */
export class Newest<In, Out> {
  #run: (input: In, signal: AbortSignal) => Promise<Out>;
  #done: (output: Out, input: In) => void;
  #failed: (error: unknown, input: In) => void;
  #patience: number;
  #running: { abort: AbortController; timer: ReturnType<typeof setTimeout> | undefined } | null =
    null;
  #waiting: { input: In } | null = null;

  /** `patience` in milliseconds. */
  constructor(
    run: (input: In, signal: AbortSignal) => Promise<Out>,
    done: (output: Out, input: In) => void,
    failed: (error: unknown, input: In) => void,
    patience = 150,
  ) {
    this.#run = run;
    this.#done = done;
    this.#failed = failed;
    this.#patience = patience;
  }

  /** Whether one runs or waits. */
  get busy(): boolean {
    return this.#running !== null;
  }

  /** Asks for `input`; what waits is forgotten. */
  ask(input: In): void {
    if (this.#running === null) {
      void this.#start(input);
      return;
    }
    this.#waiting = { input };
    const { abort } = this.#running;
    this.#running.timer ??= setTimeout(() => abort.abort(), this.#patience);
  }

  /** Forgets what waits and aborts what runs; its outcome is not told. */
  stop(): void {
    this.#waiting = null;
    clearTimeout(this.#running?.timer);
    const running = this.#running;
    this.#running = null;
    running?.abort.abort();
  }

  async #start(input: In): Promise<void> {
    const running = { abort: new AbortController(), timer: undefined };
    this.#running = running;
    const tell = await this.#run(input, running.abort.signal).then(
      (output) => () => this.#done(output, input),
      (error: unknown) => () => this.#failed(error, input),
    );
    clearTimeout(running.timer);
    if (this.#running !== running) return;
    this.#running = null;
    if (!running.abort.signal.aborted) tell();
    const next = this.#waiting;
    this.#waiting = null;
    if (next !== null) void this.#start(next.input);
  }
}
