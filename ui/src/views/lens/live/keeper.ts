import { PICTURE_SIDE, type Ring } from './ring';

const QUALITY = 0.7;
/** A picture that came as a file is kept as it is up to this many bytes. */
const SMALL_BYTES = 50_000;

/** Puts small pictures of what is shown into the ring, one at a time. */
export class Keeper {
  #worker: Worker | null = null;
  #busy = false;
  #number = 0;
  #over = false;

  constructor(private readonly ring: Ring) {}

  /** The frame of the time `at` is shown; `file` is it as a JPEG, where it came as one. */
  shown(
    at: number,
    picture: ImageBitmapSource,
    size: { width: number; height: number },
    file?: Blob,
  ): void {
    if (this.#busy || size.width === 0 || !this.ring.wants(at)) return;
    if (file !== undefined && file.size <= SMALL_BYTES) {
      this.ring.addPicture(at, file);
      return;
    }
    this.#busy = true;
    void this.#keep(at, picture, size)
      .catch(() => undefined)
      .finally(() => {
        this.#busy = false;
      });
  }

  /** Ends the worker; it is begun again when it is needed. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#busy = false;
    this.#over = true;
  }

  begin(): void {
    this.#over = false;
  }

  async #keep(
    at: number,
    picture: ImageBitmapSource,
    { width, height }: { width: number; height: number },
  ): Promise<void> {
    const scale = Math.min(1, PICTURE_SIDE / Math.max(width, height));
    const bitmap = await createImageBitmap(picture, {
      resizeWidth: Math.max(1, Math.round(width * scale)),
      resizeHeight: Math.max(1, Math.round(height * scale)),
      resizeQuality: 'low',
    });
    const blob = await this.#encode(bitmap);
    if (blob !== null && !this.#over) this.ring.addPicture(at, blob);
  }

  #encode(bitmap: ImageBitmap): Promise<Blob | null> {
    if (!('OffscreenCanvas' in globalThis)) return encodeHere(bitmap);
    this.#worker ??= new Worker(new URL('./encode.worker.ts', import.meta.url), {
      type: 'module',
    });
    const worker = this.#worker;
    const id = ++this.#number;
    return new Promise((resolve) => {
      const done = (blob: Blob | null) => {
        worker.removeEventListener('message', answer);
        worker.removeEventListener('error', failed);
        resolve(blob);
      };
      const answer = ({ data }: MessageEvent<{ id: number; blob: Blob | null }>) => {
        if (data.id === id) done(data.blob);
      };
      const failed = () => {
        done(null);
      };
      worker.addEventListener('message', answer);
      worker.addEventListener('error', failed);
      worker.postMessage({ id, bitmap, quality: QUALITY }, [bitmap]);
    });
  }
}

function encodeHere(bitmap: ImageBitmap): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d', { alpha: false })?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', QUALITY);
  });
}
