/** Hands a file to the person: the browser saves or opens it as it is used to. */
export function download(blob: Blob, name: string): void {
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
}
