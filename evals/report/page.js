"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const body = document.querySelector("#case-table > tbody");
  const rows = Array.from(body.rows);
  const controls = {
    outcome: byId("f-outcome"), category: byId("f-category"), language: byId("f-language"),
  };
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[\u2019\u02bc]/g, "'")
    .replace(/\s+/g, " ").toLowerCase();
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, fold(row.textContent));
    return texts.get(row);
  };
  const outcomeFits = (wanted, outcome) =>
    wanted === "all" || wanted === outcome || (wanted === "failed" && outcome !== "passed");
  const fits = (row, words) =>
    outcomeFits(controls.outcome.value, row.dataset.outcome) &&
    ["category", "language"].every((name) =>
      controls[name].value === "all" || controls[name].value === row.dataset[name]) &&
    words.every((word) => textOf(row).includes(word));

  const filter = () => {
    const words = fold(byId("f-text").value).split(" ").filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !fits(row, words);
      if (!row.hidden) shown += 1;
    }
    byId("f-count").textContent = shown === rows.length
      ? `${rows.length} cases` : `${shown} of ${rows.length} cases`;
    nameButton();
  };
  const order = () => {
    const by = byId("f-order").value;
    const key = { confidence: (row) => +row.dataset.confidence, ms: (row) => -row.dataset.ms }[by];
    body.append(...(key ? rows.slice().sort((a, b) => key(a) - key(b)) : rows));
  };
  const shownDetails = () => rows.filter((row) => !row.hidden)
    .map((row) => row.querySelector("details"));
  const allOpen = () => shownDetails().length > 0 && shownDetails().every((each) => each.open);
  const nameButton = () => {
    byId("f-open").textContent = allOpen() ? "Close all shown" : "Open all shown";
  };

  Object.values(controls).forEach((control) => control.addEventListener("change", filter));
  byId("f-text").addEventListener("input", filter);
  byId("f-order").addEventListener("change", order);
  byId("f-open").addEventListener("click", () => {
    const open = !allOpen();
    shownDetails().forEach((each) => { each.open = open; });
    nameButton();
  });
  byId("filters").hidden = false;
  filter(); // a browser keeps the choices of the last visit on reloading
  order();
})();
