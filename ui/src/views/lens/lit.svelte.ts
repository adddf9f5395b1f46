/** What is lit on the picture and in the list alike, by its index. */
let hovered = $state<number | null>(null);
let pinned = $state<number | null>(null);
let from = $state<'list' | 'picture'>('list');

export const lit = {
  get index(): number | null {
    return hovered ?? pinned;
  },
  get pinned(): number | null {
    return pinned;
  },
  /** Whether the list should show it: it was pointed at on the picture. */
  get fromPicture(): boolean {
    return from === 'picture';
  },
  hover(index: number | null, where: 'list' | 'picture'): void {
    hovered = index;
    from = where;
  },
  pin(index: number | null, where: 'list' | 'picture'): void {
    pinned = index === pinned ? null : index;
    from = where;
  },
  clear(): void {
    hovered = null;
    pinned = null;
  },
};
