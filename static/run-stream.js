import { setText } from "./element.js";
import { sentence } from "./model/format.js";
import { permit } from "./permission.js";
import { Stream } from "./stream.js";
import { nameOfTab } from "./tab-name.js";

// followRun opens the stream of a page whose pictures come by themselves. It
// shows the connection in the page's bar and what ends it in a notice.
// messages has a function for each type of message that the page knows; starts
// is whether a run that waits for a viewer begins.
export function followRun(run, messages, notice, { starts = true } = {}) {
  const el = document.getElementById("connection");
  let isLed = false;
  const lead = ({ presentation, mine }) => {
    const wasLed = isLed;
    isLed = presentation !== null && !mine;
    if (isLed && !wasLed) notice.update("The presenter leads: the dashboard follows, this page does not.");
  };
  const stream = new Stream({
    message(header) {
      if (header.type === "hello") permit(header.mayChange);
      if ("presentation" in header) lead(header);
      messages[header.type]?.(header);
    },
    connection(connection) {
      document.body.dataset.connection = connection;
      el.title = connection === "live" ? "connected" : connection;
      setText(el.firstElementChild, el.title);
    },
    gone: () => notice.update("The run is not on the server any more."),
    refused: (reason) => notice.update(`The server closed the connection: ${reason}. Load the page again to go on.`),
    held: () => 0,
    options: () => ({ visible: false }),
    starts,
    presenter: nameOfTab(),
  });
  stream.open(run);
}

// stepMessages are those messages of a run that tell which steps are kept, for a
// view of one of them: it begins with the wanted step, null meaning the newest,
// and goes where the browser's history does. said is told why the stream ends.
export function stepMessages(view, timeline, wanted, said) {
  addEventListener("popstate", () => {
    const step = new URLSearchParams(location.search).get("step");
    view.seek(step === null ? null : Number(step));
  });
  return {
    snapshots({ steps }) {
      timeline.update({ steps });
      if (wanted === null) return view.update({ steps });
      view.steps = steps;
      view.seek(wanted);
      wanted = null;
    },
    closing: ({ reason }) => said(sentence(reason)),
  };
}
