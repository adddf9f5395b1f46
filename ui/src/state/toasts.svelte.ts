export type ToastKind = 'note' | 'warning';

export interface Toast {
  id: number;
  text: string;
  kind: ToastKind;
}

const SHOWN_MS: Record<ToastKind, number> = { note: 3000, warning: 7000 };

let list = $state<Toast[]>([]);
let last = 0;

/** Short notices at the edge of the screen, read out by screen readers. */
export const toasts = {
  get list(): readonly Toast[] {
    return list;
  },
  show(text: string, kind: ToastKind = 'note'): void {
    const id = ++last;
    list = [...list.slice(-2), { id, text, kind }];
    setTimeout(() => {
      toasts.dismiss(id);
    }, SHOWN_MS[kind]);
  },
  dismiss(id: number): void {
    list = list.filter((toast) => toast.id !== id);
  },
};
