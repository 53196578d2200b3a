// A worker in front of the theme's own search worker. It fetches that one and the text of all
// pages when the first question is asked, so that a page's first visit does not pay for them.

const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3; // the theme's kinds of messages
const answer = self.postMessage.bind(self);
let setup, question, loading, passing = false;

addEventListener("message", (event) => {
  if (passing) return;
  event.stopImmediatePropagation();
  if (event.data.type === SETUP) {
    setup = event.data;
    answer({ type: READY });
  } else if (event.data.type === QUERY && !event.data.data) {
    answer({ type: RESULT, data: { items: [] } });
  } else if (event.data.type === QUERY) {
    question = event.data;
    loading ??= load();
  }
});

async function load() {
  const response = await fetch(new URL("../../search/pages.json", location));
  setup.data.docs = (await response.json()).docs;
  importScripts(new URL(new URLSearchParams(location.search).get("worker"), location));
  self.postMessage = (message) => {
    if (message.type !== READY) return answer(message);
    passing = true;
    send(question);
  };
  passing = true;
  send(setup);
  passing = false;
}

function send(data) {
  dispatchEvent(new MessageEvent("message", { data }));
}
