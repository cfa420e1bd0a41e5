"use strict";

// Gradio asks the browser which language its own words should be in; the page has chosen already.
(() => {
  const language = document.documentElement.lang;
  for (const [name, value] of [["language", language], ["languages", [language]]]) {
    Object.defineProperty(navigator, name, { get: () => value, configurable: true });
  }
})();
