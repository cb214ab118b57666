// @ts-check
/**
 * Copies a text; false when the browser refuses.
 * @param {string} text
 */
export async function copyText(text) {
  // Absent on plain HTTP from another host, where admin pages often are.
  if (!navigator.clipboard) return copyBySelection(text);
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => copyBySelection(text),
  );
}

/** @param {string} text */
function copyBySelection(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr-only';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}
