"use strict";

// The list of conversations beside the chat, the dialogs, and opinions on answers.
(() => {
  const page = document.documentElement;
  const drawer = document.getElementById("vb-drawer");
  const drawerButton = document.querySelector(".vb-open-drawer");
  const search = document.getElementById("vb-search");
  const notice = document.getElementById("vb-notice");
  const API = "/ui/api";
  const NOTICE_MS = 4000;
  const TYPING_MS = 250;

  async function send(method, path, content) {
    const options = { method, headers: { "Content-Type": "application/json" } };
    if (content) options.body = JSON.stringify(content);
    const response = await fetch(`${API}${path}`, options).catch(() => null);
    if (response?.status === 401) location.reload(); // to the page that signs in
    if (!response?.ok) announce(page.dataset.notDone);
    return response?.ok ? response : null;
  }

  let clearing = 0;
  function announce(words) {
    clearTimeout(clearing);
    notice.textContent = words;
    clearing = setTimeout(() => (notice.textContent = ""), NOTICE_MS);
  }

  // --- The list -------------------------------------------------------------------------------

  async function refresh() {
    const asked = new URLSearchParams({ containing: search.value });
    if (page.dataset.conversation) asked.set("opened", page.dataset.conversation);
    const response = await send("GET", `/conversations?${asked}`);
    if (response) document.getElementById("vb-list").innerHTML = await response.text();
  }

  let typing = 0;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(refresh, TYPING_MS);
  });
  document.addEventListener("vb-conversations", refresh); // an answer was added to one

  // --- The drawer, on narrow screens ----------------------------------------------------------

  function showDrawer(open) {
    page.classList.toggle("vb-drawer-open", open);
    drawerButton.setAttribute("aria-expanded", String(open));
    drawerButton.setAttribute("aria-label", open ? page.dataset.closeList : page.dataset.openList);
    if (open) drawer.querySelector("a").focus();
    else drawerButton.focus();
  }

  const isDrawerOpen = () => page.classList.contains("vb-drawer-open");
  drawerButton.addEventListener("click", () => showDrawer(!isDrawerOpen()));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isDrawerOpen() && !document.querySelector("dialog[open]")) {
      showDrawer(false);
    }
  });
  document.addEventListener("click", (event) => {
    const outside = !event.target.closest(".vb-drawer, .vb-open-drawer, dialog");
    if (outside && isDrawerOpen()) showDrawer(false);
  });

  // --- Menus ----------------------------------------------------------------------------------

  function closeMenus(kept) {
    for (const menu of document.querySelectorAll(".vb-export[open]")) {
      if (menu !== kept) menu.open = false;
    }
  }

  document.addEventListener("click", (event) => closeMenus(event.target.closest(".vb-export")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".vb-export[open]");
    if (!menu) return;
    menu.querySelector("summary").focus();
    closeMenus();
  });

  // --- Dialogs --------------------------------------------------------------------------------

  // Resolves to whether the person went through with it.
  function confirmed(dialog) {
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      const closed = () => resolve(dialog.returnValue === "done");
      dialog.addEventListener("close", closed, { once: true });
    });
  }

  async function rename({ rename: identity, title }) {
    const dialog = document.getElementById("vb-rename");
    const field = dialog.querySelector("input");
    field.value = title;
    if (!(await confirmed(dialog))) return;
    const renamed = field.value;
    const path = `/conversations/${encodeURIComponent(identity)}/title`;
    if (!(await send("PUT", path, { title: renamed }))) return;
    if (identity === page.dataset.conversation) {
      document.querySelector("h1").textContent = renamed;
      document.title = `${renamed} – Verbatim`;
    }
    refresh();
  }

  async function remove({ delete: identity, title }) {
    const dialog = document.getElementById("vb-delete");
    dialog.querySelector(".vb-deleted").textContent = title;
    if (!(await confirmed(dialog))) return;
    if (!(await send("DELETE", `/conversations/${encodeURIComponent(identity)}`))) return;
    if (identity === page.dataset.conversation) location.assign("/?new");
    else refresh();
  }

  // --- Opinions -------------------------------------------------------------------------------

  // With what was said before, to be changed.
  function fill(form, { reasons = "", comment = "" }) {
    for (const box of form.querySelectorAll("[name='reason']")) {
      box.checked = reasons.split(" ").includes(box.value);
    }
    form.elements.comment.value = comment;
  }

  async function judge(button) {
    const { exchange, conversation } = button.closest(".vb-exchange").dataset;
    const given = { exchange, conversation, verdict: button.dataset.verdict };
    if (given.verdict === "down") {
      const dialog = document.getElementById("vb-opinion");
      const form = dialog.querySelector("form");
      fill(form, button.dataset);
      if (!(await confirmed(dialog))) return;
      const told = new FormData(form);
      given.reasons = told.getAll("reason");
      given.comment = told.get("comment");
    }
    if (!(await send("POST", "/feedback", given))) return;
    for (const each of button.parentElement.children) {
      const chosen = each === button;
      each.setAttribute("aria-pressed", String(chosen));
      each.dataset.reasons = (chosen && given.reasons?.join(" ")) || "";
      each.dataset.comment = (chosen && given.comment) || "";
    }
    announce(page.dataset.thanks);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.rename) rename(button.dataset);
    else if (button?.dataset.delete) remove(button.dataset);
    else if (button?.dataset.verdict) judge(button);
    else if (button?.matches("dialog [value='cancel']")) button.closest("dialog").close();
  });
})();
