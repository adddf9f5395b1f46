/** What the measurement puts into the page, before anything of the page runs. */

/** A bar code in the camera's picture: cells from the top left, a white and a black one first. */
export const CODE = { bits: 26, cell: 18 };
/** The camera's picture. */
export const CAMERA = { width: 640, height: 480, fps: 30 };

/** What became of a frame, in the page's clock (milliseconds). */
export interface Passage {
  /** Read from the very pixels that were sent. */
  stamp: number;
  sent: number;
  /** When its result came. */
  received?: number;
  /** Wall times of the engine's stages on it. */
  stages?: { stage: string; ms: number }[];
}

export interface Glass {
  passages: Map<number, Passage>;
}

export interface Setup {
  /** A JPEG in base64. */
  photo: string;
  code: typeof CODE;
  camera: typeof CAMERA;
}

/**
 * Runs in the page. The camera is a canvas that draws the time into a photograph; what is sent and
 * received over sockets is looked at on the way, and left as it is.
 */
export function install({ photo, code, camera }: Setup): void {
  const passages = new Map<number, Passage>();
  Object.assign(globalThis, { glass: { passages } satisfies Glass });

  navigator.mediaDevices.getUserMedia = async () => {
    const image = new Image();
    image.src = `data:image/jpeg;base64,${photo}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = camera.width;
    canvas.height = camera.height;
    const context = canvas.getContext('2d', { alpha: false })!;
    const height = camera.height - 60;
    const width = (image.width * height) / image.height;
    let turn = 0;
    const draw = () => {
      turn += 1;
      context.fillStyle = '#34506b';
      context.fillRect(0, 0, canvas.width, canvas.height);
      const sway = 20 * Math.sin(turn / 15);
      context.drawImage(image, (camera.width - width) / 2 + sway, 60, width, height);
      const now = Math.round(performance.now());
      for (let cell = 0; cell < code.bits + 2; cell += 1) {
        const white = cell === 0 || (cell > 1 && Math.floor(now / 2 ** (cell - 2)) % 2 === 1);
        context.fillStyle = white ? '#fff' : '#000';
        context.fillRect(cell * code.cell, 0, code.cell, code.cell);
      }
    };
    draw();
    setInterval(draw, 1000 / camera.fps);
    return canvas.captureStream(camera.fps);
  };

  /** The number in the middle row of the code; the luma's plane is as good as grey pixels. */
  const stampOf = (message: ArrayBuffer): number | null => {
    const view = new DataView(message);
    const bytes = view.getUint8(1) === 1 ? 4 : 1;
    const scale = view.getUint16(2, true) / camera.width;
    const stride = view.getUint32(24, true);
    const row = Math.floor((code.cell / 2) * scale);
    const at = (cell: number) =>
      view.getUint8(
        32 +
          row * stride +
          Math.floor((cell + 0.5) * code.cell * scale) * bytes +
          (bytes === 4 ? 1 : 0),
      );
    if (at(0) < 160 || at(1) > 90) return null;
    let number = 0;
    for (let bit = 0; bit < code.bits; bit += 1) if (at(bit + 2) > 125) number += 2 ** bit;
    return number;
  };

  const Plain = globalThis.WebSocket;
  globalThis.WebSocket = class extends Plain {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const received = performance.now();
        if (typeof data !== 'string' || !data.includes('"observation"')) return;
        const event = JSON.parse(data) as {
          type: string;
          observation: { frame: number; stages: { stage: string; ms: number }[] };
        };
        if (event.type !== 'observation') return;
        const passage = passages.get(event.observation.frame);
        if (passage !== undefined) {
          Object.assign(passage, { received, stages: event.observation.stages });
        }
      });
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      if (data instanceof ArrayBuffer) {
        const stamp = stampOf(data);
        const number = Number(new DataView(data).getBigUint64(16, true));
        if (stamp !== null) passages.set(number, { stamp, sent: performance.now() });
      }
      super.send(data as ArrayBuffer);
    }
  };
}

/** Where codes lie on the screen, in its pixels. */
export interface Places {
  camera: { x: number; y: number; cell: number; bits: number };
  result: { x: number; y: number; cell: number; bits: number };
}

/** Runs in a page: reads both codes from pictures of the screen; `null` where there is none. */
export async function readCodes(input: {
  frames: string[];
  places: Places;
}): Promise<{ camera: number | null; result: number | null }[]> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const out: { camera: number | null; result: number | null }[] = [];
  for (const base64 of input.frames) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    const read = ({ x, y, cell, bits }: Places['camera']): number | null => {
      const row = Math.floor(y + cell / 2);
      const { data } = context.getImageData(0, row, canvas.width, 1);
      const at = (index: number) => data[4 * Math.floor(x + (index + 0.5) * cell) + 1] ?? 0;
      if (at(0) < 160 || at(1) > 90) return null;
      let number = 0;
      for (let bit = 0; bit < bits; bit += 1) if (at(bit + 2) > 125) number += 2 ** bit;
      return number;
    };
    out.push({ camera: read(input.places.camera), result: read(input.places.result) });
  }
  return out;
}
