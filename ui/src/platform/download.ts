import { backend } from '$/backend';

/**
 * Hands a file to the person: the browser saves or opens it as it is used to, a phone asks where to. Gives
 * whether they took it.
 */
export async function download(blob: Blob, name: string): Promise<boolean> {
  const { save } = backend();
  if (save !== null) return save(blob, name);
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The download has its own hold on the file once the click is over; some browsers are late.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
  return true;
}
