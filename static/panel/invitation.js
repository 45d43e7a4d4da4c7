import { codeAddress, giveToken, readInvitation } from "../audience-api.js";
import { element, setText } from "../element.js";

// The dialog that lets others in: the addresses of this page, as text and as QR
// codes, and a field for the control token.
export class Invitation {
  constructor(dialog, opener) {
    const find = (name) => dialog.querySelector(`.Invitation-${name}`);
    Object.assign(this, { dialog, about: find("about"), codes: find("codes"), form: find("token"), message: find("message") });
    opener.addEventListener("click", () => this.open());
    dialog.querySelector(".Dialog-close").addEventListener("click", () => dialog.close());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.attempt(async () => {
        await giveToken(this.form.elements.token.value.trim());
        location.reload();
      });
    });
  }

  open() {
    this.dialog.showModal();
    return this.attempt(async () => this.update(await readInvitation()));
  }

  update({ addresses: [first, ...others], reachable, mayChange, presenter }) {
    this.form.hidden = mayChange;
    this.about.replaceChildren(...(reachable
      ? ["Whoever is on the same network can look at ", element("a", { href: first, textContent: first }), ". Only who has the control token can change runs."]
      : ["Only this computer can reach this page. To let a room in, connect to its network and start the server with ", element("code", { textContent: `-addr :${location.port || 80}` }), "."]));
    this.codes.replaceChildren(
      ...(first ? [code(first, first)] : []),
      ...(others.length ? [fold("If that does not open: other addresses", others.map((address) => code(address, address)))] : []),
      ...(presenter ? [fold("Your own phone as a remote control", [code(presenter, "Whoever scans this may change runs. Keep it from the room.")])] : []),
    );
  }

  async attempt(action) {
    try {
      await action();
      setText(this.message, "");
    } catch (error) {
      setText(this.message, error.message);
    }
  }
}

const code = (address, caption) =>
  element("figure", { className: "Invitation-code" },
    element("img", { src: codeAddress(address), alt: caption === address ? `QR code of ${address}` : "QR code of the presenter’s address", width: 320, height: 320 }),
    element("figcaption", { textContent: caption }));

// fold is what is only made and shown when it is asked for.
function fold(summary, figures) {
  const el = element("details", { className: "Invitation-more" }, element("summary", { textContent: summary }));
  el.addEventListener("toggle", () => el.open && el.append(...figures), { once: true });
  return el;
}
