import {
  backend,
  failureOf,
  isCancelled,
  pageError,
  type Failure,
  type Picture,
  type Sample,
  type Task,
} from '$/backend';

/** Where the lessons' picture comes from. Only a sample can be part of a link. */
export type Source =
  | { kind: 'sample'; name: string }
  | { kind: 'file'; blob: Blob; name: string | null }
  | { kind: 'lens'; picture: Picture };

/** Which sample a lesson likes best: that of the name, where there is one, or any for the task. */
export interface Fitting {
  name: string;
  task: Task;
}

/** Longest side at which it is shown, in pixels. */
const SHOWN = 1600;

/** The picture that all lessons work on. Reactive; one for the whole page. */
class LessonPicture {
  picture = $state.raw<Picture | null>(null);
  /** For an `<img>`. */
  url = $state.raw<string | null>(null);
  source = $state.raw<Source | null>(null);
  failure = $state.raw<Failure | null>(null);
  samples = $state.raw<readonly Sample[]>([]);
  #turn = 0;
  /** What was asked for last. */
  #wanted: Source | null = null;
  /** The picture as it is shown. */
  #image: Blob | null = null;
  #asked: Promise<readonly Sample[]> | null = null;

  /** Samples by what they show best. */
  async listSamples(): Promise<readonly Sample[]> {
    this.#asked ??= backend().samples();
    try {
      this.samples = await this.#asked;
    } catch (thrown) {
      this.#asked = null;
      throw thrown;
    }
    return this.samples;
  }

  /**
   * What a lesson begins with: the sample that its link names, the picture that is there already, that
   * of the Lens, or a sample that fits the lesson. Returns the name where it is a sample.
   */
  async begin(
    fitting: Fitting,
    sample: string | null,
    lens: Picture | null,
  ): Promise<string | null> {
    const wanted = this.#wanted;
    if (sample !== null) {
      if (wanted?.kind === 'sample' && wanted.name === sample) return sample;
      return (await this.open({ kind: 'sample', name: sample })) ? sample : null;
    }
    if (wanted !== null) return wanted.kind === 'sample' ? wanted.name : null;
    if (lens !== null) {
      await this.open({ kind: 'lens', picture: lens });
      return null;
    }
    try {
      const samples = await this.listSamples();
      if (this.#wanted !== null) return null;
      const first =
        samples.find((one) => one.name === fitting.name) ??
        samples.find((one) => one.task === fitting.task) ??
        samples[0];
      if (first === undefined) throw pageError('internal', 'this build has no samples');
      return (await this.open({ kind: 'sample', name: first.name })) ? first.name : null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      return null;
    }
  }

  /**
   * Opens another one; the one before stays until it is there. Returns whether it is there, and nothing
   * newer was asked for.
   */
  async open(source: Source): Promise<boolean> {
    const turn = ++this.#turn;
    this.#wanted = source;
    try {
      const picture = await opened(source);
      const image = await backend().pictureImage(picture.id, SHOWN);
      if (turn !== this.#turn) return false;
      if (this.url !== null) URL.revokeObjectURL(this.url);
      this.url = URL.createObjectURL(image);
      this.#image = image;
      this.picture = picture;
      this.source = source;
      this.failure = null;
      return true;
    } catch (thrown) {
      if (turn !== this.#turn || isCancelled(thrown)) return false;
      this.source = source;
      this.failure = failureOf(thrown);
      return false;
    }
  }

  /** Opens the same again, for example after the engine let go of it. */
  async again(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === null) return;
    // What the Lens opened cannot be asked for again, but what was shown of it is here.
    await this.open(
      wanted.kind === 'lens' && this.#image !== null
        ? { kind: 'file', blob: this.#image, name: wanted.picture.name ?? null }
        : wanted,
    );
  }
}

function opened(source: Source): Promise<Picture> {
  switch (source.kind) {
    case 'sample':
      return backend().openSample(source.name);
    case 'file':
      return backend().openPicture(source.blob, source.name);
    case 'lens':
      return Promise.resolve(source.picture);
  }
}

export const lessonPicture = new LessonPicture();
