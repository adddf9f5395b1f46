/** Sheets that can be opened from anywhere. */
export type SheetName = 'settings' | 'privacy';

let shown = $state<SheetName | null>(null);

export const sheets = {
  get current(): SheetName | null {
    return shown;
  },
  open(name: SheetName): void {
    shown = name;
  },
  close(): void {
    shown = null;
  },
};
