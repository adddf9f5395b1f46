import { pageError } from '$/backend';

/** The first picture of a drop or a paste. Throws `otherwise` where there is none. */
export function pictureFrom(
  data: DataTransfer | null,
  otherwise: 'not_a_picture' | 'clipboard_empty',
): File {
  const files = [...(data?.files ?? [])];
  // A file of an unknown type may still be a picture: the engine looks at its bytes.
  const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
  if (file === undefined) throw pageError(otherwise, 'no file in it');
  return file;
}

/**
 * Whether the page was given nothing of what is pasted. WebKitGTK keeps pictures from the event,
 * and tells of them by `navigator.clipboard` alone.
 */
export function keepsBack(data: DataTransfer | null): boolean {
  const types = data?.types ?? [];
  return (data?.files.length ?? 0) === 0 && !types.some((type) => type.startsWith('text/'));
}

/** The picture on the clipboard; the browser may ask first. */
export async function pictureOfClipboard(): Promise<Blob> {
  // Absent where the page is not of a secure origin.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard?.read === undefined) {
    throw pageError('clipboard_denied', 'this browser has no navigator.clipboard.read');
  }
  let items: ClipboardItems;
  try {
    items = await clipboard.read();
  } catch (thrown) {
    throw pageError('clipboard_denied', String(thrown));
  }
  for (const item of items) {
    const type = item.types.find((name) => name.startsWith('image/'));
    if (type !== undefined) return item.getType(type);
  }
  throw pageError('clipboard_empty', 'no picture among its items');
}

/** Whether something that is dragged over the page holds files. */
export function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
