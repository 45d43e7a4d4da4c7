import { ApiError, readRun } from "./api.js";
import { Backoff } from "./model/backoff.js";
import { parseBinary } from "./model/binary-message.js";

// silence is how long a living server never is silent, in milliseconds.
const silence = 15_000;

// The websocket to the server, for as long as the page lives: it comes back by
// itself and asks for what it missed. The handlers:
//   message(header, payload)  a message; payload is null for text
//   connection(state)         "live" | "reconnecting" | "closed"
//   gone()                    the run does not exist any more
//   refused(reason)           the server will not have this browser
//   held()                    the number of train points to go on from
//   options()                 what the server is told after opening
//   presenter                 this tab's name as a presenter; none if it cannot lead
//   starts                    false if a run that waits for a viewer goes on waiting
export class Stream {
  constructor(handlers) {
    this.on = handlers;
    this.backoff = new Backoff();
    this.run = "";
    setInterval(() => this.listen(), 1000);
    addEventListener("online", () => this.hurry());
    addEventListener("pageshow", (event) => event.persisted && this.open(this.run));
    addEventListener("pagehide", () => this.close());
    document.addEventListener("visibilitychange", () => {
      this.sendOptions();
      if (!document.hidden) this.hurry();
    });
  }

  // open follows a run, "" meaning the newest, instead of the one before.
  open(run) {
    this.drop();
    this.run = run;
    this.backoff.reset();
    this.on.connection("reconnecting");
    this.connect();
  }

  close() {
    this.drop();
    this.on.connection("closed");
  }

  sendOptions() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ type: "options", visible: !document.hidden, ...this.on.options() }));
  }

  connect() {
    this.timer = null;
    const query = new URLSearchParams({ after: this.on.held() });
    if (this.run) query.set("run", this.run);
    if (this.on.presenter) query.set("presenter", this.on.presenter);
    if (this.on.starts === false) query.set("start", "false");
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws?${query}`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.sendOptions();
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => this.lost(event);
    this.socket = socket;
    this.heard = performance.now();
  }

  receive(data) {
    this.heard = performance.now();
    const { header, payload } = typeof data === "string" ? { header: JSON.parse(data), payload: null } : parseBinary(data);
    if (header.type === "hello") {
      this.run = header.run.id;
      this.backoff.reset();
      this.isLive = true;
      this.on.connection("live");
    }
    this.on.message(header, payload);
  }

  // listen gives up a connection that has silently died.
  listen() {
    if (this.socket && performance.now() - this.heard > silence) {
      this.drop();
      this.lost({ code: 1006 });
    }
  }

  async lost({ code, reason }) {
    this.drop();
    if (code === 1008) {
      this.on.connection("closed");
      this.on.refused(reason);
      return;
    }
    this.on.connection("reconnecting");
    this.timer = setTimeout(() => this.connect(), this.backoff.wait());
    const run = this.run;
    if (run && (await isGone(run)) && !this.isLive && run === this.run) {
      this.drop();
      this.on.gone();
    }
  }

  // hurry ends the waiting for the next attempt.
  hurry() {
    if (!this.timer) return;
    this.drop();
    this.backoff.reset();
    this.connect();
  }

  drop() {
    this.isLive = false;
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }
}

async function isGone(run) {
  try {
    await readRun(run);
    return false;
  } catch (error) {
    return error instanceof ApiError && error.status === 404;
  }
}
