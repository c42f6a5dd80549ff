// Says so when a form that saves itself could not be saved, tries again, and asks before what has
// not been saved is left. Without this script the form is saved by its button.

const AGAIN = 8000; // milliseconds to the next try

const form = document.querySelector("form[data-saves-itself]");
const notice = document.querySelector("#unsaved");
const state = document.querySelector("#state");

let written = 0; // how often something was written
let sent = 0; // how often it had been when the request left that is under way
let saved = 0; // how often it had been when the last request that arrived left
let leaving = false;
let timer = 0;

// Whoever signs in again in another tab has a new key against forged forms: this form takes it.
function renewKey() {
  const key = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  const input = form.querySelector("[name=csrfmiddlewaretoken]");
  if (key && input) input.value = key[1];
}

function failed(status) {
  for (const one of notice.querySelectorAll("[data-when]")) {
    one.hidden = one.dataset.when !== (status === 401 || status === 403 ? "out" : "lost");
  }
  notice.hidden = false;
  state.hidden = true; // it tells when the last save was, which is no longer the whole truth
  clearTimeout(timer);
  timer = setTimeout(() => form.dispatchEvent(new Event("again")), AGAIN);
}

function arrived() {
  saved = sent;
  notice.hidden = true;
  document.querySelector("#state").hidden = false;
  clearTimeout(timer);
}

if (form && notice) {
  form.addEventListener("input", () => { written += 1; });
  form.addEventListener("submit", () => { leaving = true; renewKey(); });
  form.addEventListener("htmx:configRequest", (event) => {
    renewKey();
    sent = written;
    const input = form.querySelector("[name=csrfmiddlewaretoken]");
    if (input) event.detail.parameters.csrfmiddlewaretoken = input.value;
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) arrived();
    else failed(event.detail.xhr?.status ?? 0);
  });
  window.addEventListener("beforeunload", (event) => {
    if (written > saved && !leaving) event.preventDefault();
  });
}
