/** Cells of a number's bar code, the least bit first, between a white and a black one. */
export const STAMP_BITS = 24;
/** Side of a cell in pixels of the canvas. */
export const STAMP_CELL = 8;

/**
 * Draws a number as a bar code in the lower left corner, for measurements that read the screen: one
 * white cell, one black, then the bits.
 */
export function paintStamp(context: CanvasRenderingContext2D, number: number): void {
  const top = context.canvas.height - STAMP_CELL;
  for (let cell = 0; cell < STAMP_BITS + 2; cell += 1) {
    const white = cell === 0 || (cell > 1 && Math.floor(number / 2 ** (cell - 2)) % 2 === 1);
    context.fillStyle = white ? '#fff' : '#000';
    context.fillRect(cell * STAMP_CELL, top, STAMP_CELL, STAMP_CELL);
  }
}
