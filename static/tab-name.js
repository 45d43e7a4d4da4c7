// nameOfTab is this tab's name as a presenter, which nobody else can guess. It
// outlives a reload and goes from page to page, and so does the lead.
export function nameOfTab() {
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const name = sessionStorage.getItem("presenter") ?? fresh();
    sessionStorage.setItem("presenter", name);
    return name;
  } catch {
    return fresh(); // no storage: a reload gives up the lead
  }
}
