// Sets what was chosen before, and changes the layout, before the first paint.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (localStorage.getItem("intro") === "closed") document.documentElement.dataset.intro = "closed";
} catch {
  // No storage: the system's theme it is, and the introduction.
}
