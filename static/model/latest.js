// Runs one job at a time. Of those that are asked for meanwhile, only the
// newest is run, when the one before has ended.
export class Latest {
  constructor() {
    this.next = null;
    this.running = false;
  }

  async run(job) {
    this.next = job;
    if (this.running) return;
    this.running = true;
    try {
      while (this.next) {
        const now = this.next;
        this.next = null;
        await now();
      }
    } finally {
      this.running = false;
    }
  }
}
