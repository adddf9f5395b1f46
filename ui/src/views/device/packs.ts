/** What a pack is for, by its id: `"ocr-det"` of `"ocr-det-int8"`. */
export function packName(id: string): string {
  return id.replace(/-(int8|f32)$/, '');
}

/** Its number format: `"int8"`, `"f32"`, or a dash where its id does not say. */
export function packPrecision(id: string): string {
  return /-(int8|f32)$/.exec(id)?.[1] ?? '–';
}
