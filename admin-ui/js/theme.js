// @ts-check
// A classic script in the head, so that the chosen theme is there before the first paint.
(() => {
  try {
    const theme = localStorage.getItem('escapement.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's theme stays.
  }
})();
