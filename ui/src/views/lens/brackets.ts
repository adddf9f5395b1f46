/** An SVG path of the four corners of a box (left, top, width, height), each `arm` long. */
export function brackets(box: readonly number[], arm: number): string {
  const [x = 0, y = 0, width = 0, height = 0] = box;
  const a = Math.min(arm, width / 3, height / 3);
  const [r, b] = [x + width, y + height];
  const n = (value: number) => String(Number(value.toFixed(2)));
  const corner = (px: number, py: number, dx: number, dy: number) =>
    `M${n(px)} ${n(py + dy)}V${n(py)}H${n(px + dx)}`;
  return corner(x, y, a, a) + corner(r, y, -a, a) + corner(r, b, -a, -a) + corner(x, b, a, -a);
}
