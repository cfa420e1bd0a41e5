"use strict";

// Citations open their article in a panel beside the page, and `button[data-copy]` copies its text.
// Listeners are on the document, since the chat makes its messages again and again.
(() => {
  const WORDS = {
    fr: {
      source: "Source",
      close: "Fermer la source",
      page: "Ouvrir la page",
      loading: "Chargement de l’article…",
      failed: "L’article n’a pas pu être affiché",
      offline: "le serveur ne répond pas",
      refused: "réponse inattendue du serveur",
      repair: "Réessayez, ou ouvrez sa page.",
      copied: "Copié.",
      notCopied: "La copie a échoué : sélectionnez les mots et copiez-les.",
    },
    en: {
      source: "Source",
      close: "Close the source",
      page: "Open the page",
      loading: "Loading the article…",
      failed: "The article could not be shown",
      offline: "the server does not answer",
      refused: "unexpected answer from the server",
      repair: "Try again, or open its page.",
      copied: "Copied.",
      notCopied: "Copying failed: select the words and copy them.",
    },
  };
  const STATUS_MS = 4000;
  const CLEAR = 12; // pixels between a citation and the sheet below it

  // As on the server: what the page says, else the cookie, else the browser, else French.
  function language() {
    const stated = document.querySelector("[data-vb-lang]")?.dataset.vbLang;
    const kept = /(?:^|; )verbatim_language=(fr|en)(?:;|$)/.exec(document.cookie)?.[1];
    const asked = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
    return [stated, kept, ...asked].find((each) => each in WORDS) ?? "fr";
  }

  const words = (key) => WORDS[language()][key];

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // --- The panel ------------------------------------------------------------------------------

  let panel = null; // made at the first citation
  let opener = null; // the citation the focus goes back to
  let loading = null; // the request under way, to be dropped when another begins

  function makePanel() {
    const title = element("h2", { id: "vb-panel-title", dir: "auto" });
    const link = element("a", { class: "vb-panel-link", target: "_blank", rel: "noopener" });
    const close = element("button", { type: "button", class: "vb-button vb-panel-close" });
    close.append(element("span", { "aria-hidden": "true" }, "✕"));
    close.addEventListener("click", closePanel);
    const body = element("div", { class: "vb-panel-body", tabindex: "-1" });
    const head = element("div", { class: "vb-panel-head" }, title, link, close);
    const attributes = {
      class: "vb-panel",
      role: "dialog",
      "aria-modal": "false",
      "aria-labelledby": "vb-panel-title",
      hidden: "",
    };
    const made = element("section", attributes, head, body);
    document.body.append(made);
    return { section: made, title, link, close, body };
  }

  function sourceAddress(link) {
    const address = new URL(link.href, location.href);
    const ours = address.origin === location.origin && address.pathname.startsWith("/ui/source/");
    return ours ? address : null;
  }

  async function openPanel(address) {
    panel ??= makePanel();
    panel.section.lang = language();
    panel.title.textContent = words("source");
    panel.link.textContent = words("page");
    panel.link.href = address.href;
    panel.close.setAttribute("aria-label", words("close"));
    keepInPlace(opener, () => {
      panel.section.hidden = false;
      document.body.classList.add("vb-panel-open");
    });
    showMessage("status", words("loading"));
    panel.body.focus({ preventScroll: true });

    loading?.abort();
    const request = new AbortController();
    loading = request;
    try {
      const article = await fetchArticle(address, request.signal);
      if (loading === request) showArticle(article);
    } catch (error) {
      if (loading !== request) return; // another citation was opened, or the panel closed
      showMessage("alert", `${words("failed")} (${error.message}). ${words("repair")}`);
    }
  }

  // The panel makes the column of the chat narrower or wider, and so its lines fewer or more: the
  // citation being read stays where it is on the screen.
  function keepInPlace(citation, change) {
    const top = () => citation?.getBoundingClientRect().top ?? 0;
    const before = top();
    change();
    window.scrollBy({ top: top() - before, behavior: "instant" });
  }

  // On a small screen the panel is a sheet at the bottom, which may lie over the citation: the page
  // is scrolled until that is just above it. Where the sheet begins is told by its height, since it
  // may be on its way up still.
  function uncover(citation) {
    const { bottom, right } = citation.getBoundingClientRect();
    const hidden = bottom + CLEAR - (window.innerHeight - panel.section.offsetHeight);
    const beside = right <= panel.section.getBoundingClientRect().left;
    if (hidden > 0 && !beside) window.scrollBy({ top: hidden, behavior: "instant" });
  }

  // The server's <article>, and nothing else it may send, such as a page to sign in.
  async function fetchArticle(address, signal) {
    const fragment = new URL(address);
    fragment.hash = "";
    fragment.searchParams.set("fragment", "1");
    fragment.searchParams.set("lang", language());
    const headers = { "X-Requested-With": "fragment" };
    let response, text;
    try {
      response = await fetch(fragment, { headers, signal, credentials: "same-origin" });
      text = await response.text();
    } catch {
      throw new Error(words("offline"));
    }
    const parsed = new DOMParser().parseFromString(text, "text/html");
    const article = parsed.querySelector("article.vb-source");
    if (!article || !(response.ok || response.status === 404)) {
      throw new Error(`${words("refused")}, ${response.status}`);
    }
    return document.adoptNode(article);
  }

  function showMessage(role, text) {
    panel.body.replaceChildren(element("p", { class: "vb-notice", role }, text));
  }

  function showArticle(article) {
    panel.body.replaceChildren(article);
    const outlet = article.querySelector(".vb-outlet");
    if (outlet) panel.title.replaceChildren(...outlet.cloneNode(true).childNodes);
    const quote = article.querySelector("#quote");
    if (!quote) {
      panel.body.scrollTop = 0;
      return;
    }
    scrollTo(article.querySelectorAll("mark.vb-quoted"));
    quote.focus({ preventScroll: true });
  }

  // The whole quote in the middle of the panel; its beginning at the top when it is longer.
  function scrollTo(marks) {
    const boxes = [...marks].map((mark) => mark.getBoundingClientRect());
    const top = Math.min(...boxes.map((box) => box.top));
    const height = Math.max(...boxes.map((box) => box.bottom)) - top;
    const frame = panel.body.getBoundingClientRect();
    const room = Math.max(16, (frame.height - height) / 2);
    panel.body.scrollTop += top - frame.top - room;
  }

  function closePanel() {
    loading?.abort();
    loading = null;
    const same = [...document.querySelectorAll("a.vb-cite")];
    const back = opener?.isConnected ? opener : same.find((link) => link.href === opener?.href);
    keepInPlace(back, () => {
      panel.section.hidden = true;
      document.body.classList.remove("vb-panel-open");
    });
    panel.body.replaceChildren();
    back?.focus();
  }

  // --- Copying --------------------------------------------------------------------------------

  let status = null;
  let clearing = 0;

  function announce(text) {
    if (!status) {
      status = element("p", { class: "vb-status", role: "status" });
      document.body.append(status);
    }
    status.lang = language();
    status.textContent = "";
    clearTimeout(clearing);
    // A frame later, or words that have not changed would not be announced again.
    requestAnimationFrame(() => {
      status.textContent = text;
      clearing = setTimeout(() => (status.textContent = ""), STATUS_MS);
    });
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text); // not a secure page, or the browser refused
    }
  }

  // The words go through the event, since a text field would alter their line breaks.
  function copyBySelection(text) {
    const focused = document.activeElement;
    const field = element("textarea", { readonly: "", "aria-hidden": "true" });
    field.style.cssText = "position: fixed; opacity: 0"; // fixed, or the page would scroll to it
    field.value = "…"; // some browsers only copy where something is selected
    document.body.append(field);
    field.select();
    let taken = false;
    const give = (event) => {
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
      event.stopImmediatePropagation();
      taken = true;
    };
    document.addEventListener("copy", give, { capture: true, once: true });
    const done = document.execCommand("copy") && taken;
    document.removeEventListener("copy", give, { capture: true });
    field.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }

  // --- Events ---------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    const plain = event.button === 0 && !modified;
    const link = event.target.closest("a.vb-cite, .vb-panel a.vb-step");
    const address = link && plain ? sourceAddress(link) : null;
    if (address) {
      event.preventDefault();
      if (link.matches(".vb-cite")) opener = link;
      openPanel(address);
      if (link === opener) uncover(link);
    }
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    announce(words((await copy(button.dataset.copy)) ? "copied" : "notCopied"));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && panel && !panel.section.hidden) {
      event.preventDefault();
      closePanel();
    }
  });
})();
