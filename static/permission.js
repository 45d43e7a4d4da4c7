import { setAttribute } from "./element.js";

// Who only looks at runs has the controls disabled that change them: those in
// fieldsets with data-changes.

export const lookingText = "You are looking. Changing needs the presenter’s address.";

export const mayChange = () => document.body.dataset.mayChange === "true";

// permit tells the page what the server allows this browser. It differs from
// what the page was made with when the server has begun anew.
export function permit(isAllowed) {
  setAttribute(document.body, "data-may-change", isAllowed);
  for (const fieldset of document.querySelectorAll("fieldset[data-changes]")) fieldset.disabled = !isAllowed;
  for (const note of document.querySelectorAll(".Looking")) note.hidden = isAllowed;
}
