// Runs one job at a time. Of those that are asked for meanwhile, only the
// newest is run, when the one before has ended.
export class Latest {
  constructor() {
    this.next = null;
    this.running = null;
  }

  // run resolves when nothing is left to be run.
  run(job) {
    this.next = job;
    this.running ??= this.drain().finally(() => (this.running = null));
    return this.running;
  }

  async drain() {
    while (this.next) {
      const now = this.next;
      this.next = null;
      await now();
    }
  }
}
