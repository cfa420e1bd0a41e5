"use strict";

// Takes questions to Gradio's form, and the answers that arrive in it to the conversation. Listeners
// are on the document: Gradio makes its form after this script has run, and answers come and go.
(() => {
  const page = document.documentElement;
  const exchanges = document.getElementById("vb-exchanges");
  const filters = document.getElementById("vb-filters");
  const FILTERS = ["since", "until", "outlet", "language"];
  const ORDER_KEY = "verbatim-order";

  const questionBox = () => document.querySelector("#vb-question textarea");
  const sendButton = () => document.getElementById("vb-send");
  let asking = ""; // the key of the question that waits for its answer
  const pending = () => exchanges.querySelector('[data-exchange="pending"]');

  // --- Asking ---------------------------------------------------------------------------------

  function write(field, text) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What the server must know of the page beside the question.
  function tellView() {
    asking = String(Math.random());
    const view = { key: asking, conversation: page.dataset.conversation ?? "" };
    for (const name of FILTERS) view[name] = filters.elements[name].value;
    write(document.querySelector("#vb-view textarea"), JSON.stringify(view));
  }

  // Before Gradio sees the question: false when it must not.
  function begin() {
    const text = questionBox().value.trim();
    if (!text || pending()) return false;
    tellView();
    showPending(text);
    return true;
  }

  function showPending(text) {
    document.getElementById("vb-welcome")?.remove();
    exchanges.querySelector('[data-exchange="failed"]')?.remove();
    const made = document.getElementById("vb-pending").content.cloneNode(true);
    made.querySelector(".vb-asked").textContent = text;
    exchanges.append(made);
    exchanges.setAttribute("aria-busy", "true");
    reveal(pending());
  }

  function ask(text) {
    if (pending() || !questionBox()) return;
    write(questionBox(), text);
    // Gradio reads the question it was told of a moment ago.
    requestAnimationFrame(() => sendButton().click());
  }

  function setFilters(values) {
    for (const name of FILTERS) filters.elements[name].value = values[name] ?? "";
    countFilters();
  }

  document.addEventListener(
    "click",
    (event) => {
      if (event.target.closest("#vb-send") && !begin()) refuse(event);
    },
    { capture: true },
  );

  document.addEventListener(
    "keydown",
    (event) => {
      const asks = event.key === "Enter" && !event.shiftKey && !event.isComposing;
      if (asks && event.target === questionBox() && !begin()) refuse(event);
    },
    { capture: true },
  );

  function refuse(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-question], button[data-filters]");
    if (!button || pending()) return;
    if (button.dataset.filters) setFilters(JSON.parse(button.dataset.filters));
    if (button.dataset.question) ask(button.dataset.question);
  });

  // --- Answers --------------------------------------------------------------------------------

  function arrive(answered) {
    const waiting = pending();
    if (answered.dataset.asked !== asking || !waiting) return; // seen already
    const article = answered.firstElementChild.cloneNode(true);
    waiting.replaceWith(article);
    if (article.dataset.exchange !== "pending") settle(article);
  }

  function settle(article) {
    exchanges.removeAttribute("aria-busy");
    sortQuotes(article);
    reveal(article);
    document.getElementById("vb-told").textContent = article.dataset.told;
    if (article.dataset.conversation) {
      const asked = article.querySelector(".vb-asked").textContent;
      if (!page.dataset.conversation) nameConversation(asked);
      opened(article.dataset.conversation);
      document.dispatchEvent(new Event("vb-conversations"));
    }
  }

  // The whole article when it fits, else its beginning, clear of what sticks to the edges.
  function reveal(article) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    article.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
  }

  function nameConversation(title) {
    document.querySelector("h1").textContent = title;
    document.title = `${title} – Verbatim`;
  }

  // The address says which conversation to show when the page is loaded again.
  function opened(identity) {
    page.dataset.conversation = identity;
    const address = new URLSearchParams({ conversation: identity });
    history.replaceState(null, "", `/?${address}`);
    const translated = document.querySelector(".vb-masthead a[hreflang]");
    address.set("lang", translated.hreflang);
    translated.search = address;
    const menu = document.getElementById("vb-export");
    for (const link of menu.querySelectorAll("a")) {
      const suffix = /\.\w+$/.exec(link.pathname)[0];
      link.pathname = `/ui/export/${encodeURIComponent(identity)}${suffix}`;
    }
    menu.hidden = false;
  }

  // Gradio tells of failures in words of its own, which are hidden; these take their place.
  function fail(words) {
    const waiting = pending();
    if (!waiting) return;
    const asked = waiting.querySelector(".vb-asked").textContent;
    const notice = document.createElement("p");
    notice.className = "vb-notice";
    notice.textContent = words;
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "vb-button";
    retry.dataset.question = asked;
    retry.textContent = page.dataset.retry;
    waiting.dataset.exchange = "failed";
    waiting.dataset.told = words;
    waiting.querySelector(".vb-answer").replaceChildren(notice, retry);
    settle(waiting);
    write(questionBox(), "");
  }

  async function explain(toast) {
    if (!pending()) return;
    const full = /full|busy/i.test(toast.textContent);
    const probe = await fetch("/ui/api/conversations").catch(() => null);
    if (probe?.status === 401) location.reload(); // to the page that signs in
    else fail(full ? page.dataset.busy : probe?.ok ? page.dataset.failed : page.dataset.offline);
  }

  function changed({ target, addedNodes }) {
    const answered = target.closest?.("#vb-arriving") && target.querySelector("[data-asked]");
    if (answered) arrive(answered);
    for (const node of addedNodes) {
      const toast = node.querySelector?.(".toast-body.error");
      if (toast) explain(toast);
    }
    // Its <main> is inside ours, and a page has one.
    document.querySelector("gradio-app main:not([role])")?.setAttribute("role", "none");
  }

  new MutationObserver((changes) => changes.forEach(changed)).observe(document.body, {
    childList: true,
    subtree: true,
  });

  // --- Filters and order ----------------------------------------------------------------------

  function sortQuotes(root) {
    const byDate = filters.elements.sort.value === "date";
    const place = (item) => [byDate ? item.dataset.date || "9999" : "", Number(item.dataset.rank)];
    for (const list of root.querySelectorAll(".vb-quotes")) {
      const items = [...list.children];
      items.sort((one, other) => {
        const [[date, rank], [otherDate, otherRank]] = [place(one), place(other)];
        return date.localeCompare(otherDate) || rank - otherRank;
      });
      list.append(...items);
    }
  }

  function countFilters() {
    const set = FILTERS.filter((name) => filters.elements[name].value).length;
    filters.querySelector(".vb-count").textContent = set || "";
  }

  filters.addEventListener("change", (event) => {
    countFilters();
    if (event.target.name !== "sort") return;
    localStorage.setItem(ORDER_KEY, event.target.value);
    sortQuotes(exchanges);
  });
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.querySelector(".vb-unfold").addEventListener("click", (event) => {
    const open = filters.classList.toggle("vb-unfolded");
    event.currentTarget.setAttribute("aria-expanded", String(open));
  });

  // --- When the page opens --------------------------------------------------------------------

  if (localStorage.getItem(ORDER_KEY) === "date") filters.elements.sort.value = "date";
  countFilters();
  sortQuotes(exchanges);
  if (page.dataset.conversation) opened(page.dataset.conversation);
  exchanges.lastElementChild?.scrollIntoView({ block: "start", behavior: "instant" });
})();
