// Filters, facets and sorting of a table that is complete without them. The state is in the address, so a view can be sent
// to somebody; all words come from the page.
(() => {
  "use strict";

  const setUp = (form) => {
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    const region = form.parentElement;
    const table = region.querySelector("table");
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const found = new Map(rows.map((row) => [row, `${row.textContent} ${row.dataset.tag || ""}`.toLowerCase()]));
    const count = region.querySelector(".ispec-count");
    const empty = region.querySelector(".ispec-empty");
    const whole = count.textContent;
    const fields = [...form.elements].filter((field) => field.name);
    let sort = "";

    const remember = () => {
      const state = new URLSearchParams();
      for (const field of fields) if (field.value) state.set(field.name, field.value);
      if (sort) state.set("sort", sort);
      const query = state.toString();
      history.replaceState(history.state, "", location.pathname + (query ? `?${query}` : "") + location.hash);
    };

    const filter = () => {
      const words = form.elements.find.value.toLowerCase().split(/\s+/).filter(Boolean);
      const facets = fields.filter((field) => field.name !== "find" && field.value);
      let shown = 0;
      for (const row of rows) {
        const fits =
          words.every((word) => found.get(row).includes(word)) &&
          facets.every((field) => (row.dataset[field.name] || "").split("\n").includes(field.value));
        row.hidden = !fits;
        shown += fits;
      }
      const all = shown === rows.length;
      count.textContent = all ? whole : form.dataset.count.replace("{shown}", shown).replace("{number}", rows.length);
      empty.hidden = shown > 0;
      table.hidden = shown === 0;
      remember();
    };

    const heads = [...table.tHead.rows[0].cells];
    const key = (row, column) => {
      const cell = row.cells[column];
      return cell ? cell.dataset.key || cell.textContent.trim().toLowerCase() : "";
    };
    const order = (wanted) => {
      sort = wanted;
      const column = Math.abs(Number(wanted)) - 1;
      const turn = wanted.startsWith("-") ? -1 : 1;
      const sorted = wanted
        ? [...rows].sort((a, b) => turn * key(a, column).localeCompare(key(b, column), undefined, { numeric: true }))
        : rows;
      body.append(...sorted);
      heads.forEach((head, place) => {
        head.setAttribute("aria-sort", !wanted || place !== column ? "none" : turn > 0 ? "ascending" : "descending");
      });
      remember();
    };
    heads.forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ispec-sort";
      button.append(...head.childNodes);
      button.addEventListener("click", () => {
        const up = String(place + 1);
        order(sort === up ? `-${up}` : sort === `-${up}` ? "" : up);
      });
      head.append(button);
    });

    const state = new URLSearchParams(location.search);
    for (const field of fields) if (state.get(field.name)) field.value = state.get(field.name);
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const button of region.querySelectorAll(".ispec-reset")) {
      button.addEventListener("click", () => {
        for (const field of fields) field.value = "";
        filter();
        form.elements.find.focus();
      });
    }
    const wanted = state.get("sort") || "";
    if (/^-?[1-9]$/.test(wanted) && Math.abs(Number(wanted)) <= heads.length) order(wanted);
    filter();
  };

  // A review that ran out since the site was built says so when it is read.
  const age = (badge) => {
    const due = badge.dataset.due;
    const today = new Date();
    const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    if (due < day && badge.dataset.late) {
      badge.textContent = badge.dataset.late;
      badge.classList.replace("ispec-badge--ok", "ispec-badge--warn");
    }
  };

  const start = () => {
    document.querySelectorAll(".ispec-filter").forEach(setUp);
    document.querySelectorAll(".ispec [data-due]").forEach(age);
  };
  // With instant navigation the theme tells when a page has come.
  if (window.document$ && window.document$.subscribe) window.document$.subscribe(start);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
