// Ctrl+Enter (or Command+Enter) in the query runs it.
"use strict";

document.querySelector("form.query textarea").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
