// Waits between attempts to connect: each twice the one before, with jitter, so
// that many browsers do not come back at the same moment.
export class Backoff {
  constructor({ first = 250, longest = 10_000, random = Math.random } = {}) {
    Object.assign(this, { first, longest, random });
    this.reset();
  }

  reset() {
    this.next = this.first;
  }

  // wait returns the milliseconds to wait now.
  wait() {
    const wait = this.next * (0.5 + this.random() / 2);
    this.next = Math.min(this.next * 2, this.longest);
    return wait;
  }
}
