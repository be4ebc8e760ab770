// Filters, sorting and downloads for tables, focus for the landscape, and freshness on the day of reading.
// All content is available without this file. No framework, no request, no inline style.
(() => {
  "use strict";
  const lower = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const squeeze = (text) => text.replace(/\s+/g, " ").trim();

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }

  // The state of a page is in its address, so that it can be sent to somebody. Some browsers do not allow a new address
  // for a page that is opened from a folder.
  const state = {
    get: (key) => new URLSearchParams(location.search).get(key) || "",
    set(changes) {
      const query = new URLSearchParams(location.search);
      for (const [key, value] of Object.entries(changes)) value ? query.set(key, value) : query.delete(key);
      const text = query.toString();
      try {
        history.replaceState(history.state, "", location.pathname + (text ? "?" + text : "") + location.hash);
      } catch { /* see above */ }
    },
  };

  // Days as ISO texts: pages are read later than they are built.
  function day(ahead = 0) {
    const date = new Date();
    date.setDate(date.getDate() + ahead);
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  }

  // --- tables ---------------------------------------------------------------------------------------------------

  const MOST_OPENED = 60;

  function table(box, number) {
    const say = JSON.parse(box.dataset.say);
    const prefix = number ? box.id + "." : "";
    const facets = box.dataset.facets.split("\n").filter(Boolean).map((line) => {
      const at = line.indexOf("=");
      const chips = line.startsWith("!");
      const [title, past, ...future] = line.slice(at + 1).split("\t");
      return { key: prefix + line.slice(chips ? 1 : 0, at), title, past, future, chips, value: "" };
    });
    // Instead of a day, the names of the periods that it is in.
    function periods({ past, future }, value) {
      if (past === undefined || !/^\d{4}-\d\d-\d\d$/.test(value)) return [value];
      if (value < day()) return [past];
      return future.map((each) => each.split(":")).filter(([days]) => !days || value <= day(Number(days))).map(([, name]) => name);
    }
    const rows = [...box.querySelectorAll("tbody tr")].map((row) => ({
      row,
      fits: true,
      group: row.closest(".ispec-item"),
      get text() { return this.words ??= lower(squeeze(row.textContent) + " " + (row.dataset.f || "")); },
      facets: (row.dataset.f || "").split("\t").map((part, place) =>
        part.split("\n").flatMap((value) => (facets[place] ? periods(facets[place], value) : []))),
    }));
    // In a long list, rows after the first ones are folded. To move thousands of rows takes long: only those that change
    // sides do, and a few that fit are shown where they are.
    const rest = box.querySelector(".ispec-rest");
    const long = rest && rest.closest(".ispec-item");
    const bodies = rest ? [rest.parentNode, rest].map((each) => each.querySelector("tbody")) : [];
    const few = rest && bodies[0].rows.length;
    let cut = few, unfolded = false;
    function fold(fitting) {
      const all = fitting.length <= MOST_OPENED;
      const listed = rows.filter((row) => row.group === long);
      const next = all ? cut : listed.indexOf(fitting[few - 1]) + 1;
      const moved = new DocumentFragment();
      for (const { row } of listed.slice(Math.min(cut, next), Math.max(cut, next))) moved.append(row);
      next > cut ? bodies[0].append(moved) : bodies[1].prepend(moved);
      cut = next;
      if (all !== unfolded) rest.open = unfolded = all;
      const first = listed.slice(0, cut).filter((row) => row.fits).length;
      rest.firstElementChild.textContent = say.more.replace("{number}", fitting.length - first);
      [first, fitting.length - first].forEach((number, place) => { bodies[place].closest(".ispec-scroll").hidden = !number; });
    }
    function arrange() {
      let place = 0;
      for (const { row, group } of rows) (rest && group === long ? bodies[place++ < cut ? 0 : 1] : row.parentNode).append(row);
      apply();
    }
    const groups = [...box.querySelectorAll(".ispec-item")].map((group) => {
      const label = group.querySelector(".ispec-item__summary");
      return { group, label, all: label.textContent, open: group.open, total: group.querySelectorAll("tbody tr").length };
    });
    let opened = false;
    const count = box.querySelector(".ispec-count");

    const find = make("input", { type: "search", placeholder: say.find, "aria-label": say.find, class: "ispec-find" });
    const bar = make("div", { class: "ispec-filter", role: "search", "aria-label": say.find }, find);
    const selects = [];
    facets.forEach((facet, place) => {
      const counts = new Map();
      for (const row of rows) {
        for (const value of row.facets[place] || []) if (value) counts.set(value, (counts.get(value) || 0) + 1);
      }
      if (counts.size < 2 && !facet.chips && !state.get(facet.key)) return;
      const names = facet.past === undefined ? [] : [facet.past, ...facet.future.map((each) => each.split(":")[1])];
      const values = facet.chips ? names : [...new Set([...names, ...counts.keys()])].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
      const title = (value) => `${value} (${counts.get(value) || 0})`;
      if (facet.chips) {
        const chips = values.map((value) => {
          const chip = make("button", { type: "button", class: "ispec-button" }, title(value));
          chip.addEventListener("click", () => { facet.value = facet.value === value ? "" : value; changed(); });
          return [value, chip];
        });
        facet.show = () => { for (const [value, chip] of chips) chip.setAttribute("aria-pressed", value === facet.value); };
        bar.append(make("span", { role: "group", "aria-label": facet.title, class: "ispec-chips" }, ...chips.map(([, chip]) => chip)));
        return;
      }
      const select = make("select", { "aria-label": facet.title }, make("option", { value: "" }, `${facet.title}: ${say.all}`),
        ...values.map((value) => make("option", { value }, title(value))));
      select.addEventListener("change", () => { facet.value = select.value; changed(); });
      facet.show = () => { select.value = facet.value; };
      selects.push(select);
    });
    // On a phone, rows are cards without a head to sort them by.
    const isNarrow = matchMedia("(width <= 44em)").matches;
    const heads = [...box.querySelector("thead").rows[0].cells];
    const order = make("select", { "aria-label": say.sort }, make("option", { value: "" }, say.sort),
      ...heads.flatMap((head, place) => [["", "\u2191"], ["-", "\u2193"]].map(([sign, arrow]) =>
        make("option", { value: sign + (place + 1) }, `${squeeze(head.textContent)} ${arrow}`))));
    if (isNarrow) selects.push(order);
    // Filters take one row: those that do not fit, and all on a phone, are folded.
    const most = isNarrow ? 0 : bar.querySelector(".ispec-chips") ? 2 : 3;
    const shown = selects.length > most ? Math.max(0, most - 1) : most;
    const folded = make("details", { class: "ispec-fold" }, make("summary", {}, say.filters), ...selects.slice(shown));
    bar.append(...selects.slice(0, shown), ...(selects[shown] ? [folded] : []));
    const reset = make("button", { type: "button", class: "ispec-button", hidden: true }, say.reset);
    const nothing = make("p", { class: "ispec-empty", hidden: true }, say.none);
    const get = make("span", { class: "ispec-get" }, make("span", {}, say.get));
    for (const kind of ["CSV", "JSON"]) {
      const button = make("button", { type: "button", class: "ispec-button" }, kind);
      button.addEventListener("click", () => download(box, rows, kind));
      get.append(button);
    }
    bar.append(reset);
    bar.hidden = true;
    count.before(bar);
    count.after(nothing);
    count.classList.add("ispec-count--live");
    box.append(get);

    // Not `q`: with that the theme opens its own search.
    const key = prefix + "find";
    find.value = state.get(key);
    for (const facet of facets) if (facet.show) facet.value = state.get(facet.key);
    folded.open = facets.some((facet) => facet.value && !facet.chips);

    function apply() {
      const wanted = lower(find.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        row.fits = facets.every((facet, place) =>
          !facet.value || (row.facets[place] || []).includes(facet.value)) &&
          wanted.every((word) => row.text.includes(word));
        shown += row.fits;
        // Not `hidden`: for that attribute the theme has rules about descendants, for which browsers search each row.
        row.row.classList.toggle("is-out", !row.fits);
      }
      const filtered = Boolean(find.value) || facets.some((facet) => facet.value);
      const found = new Map([[long, []], ...groups.map(({ group }) => [group, []])]);
      for (const row of rows) if (row.fits) found.get(row.group).push(row);
      let seen = 0;
      for (const { group, label, all, open, total } of groups) {
        const number = found.get(group).length;
        seen += number;
        group.hidden = !number;
        label.textContent = filtered ? say.of.replace("{shown}", number).replace("{total}", total) : all;
        // Rows that a filter finds are shown, unless they are many.
        if (filtered || opened) group.open = filtered ? seen <= MOST_OPENED || seen === number : open;
      }
      opened = filtered;
      for (const facet of facets) if (facet.show) facet.show();
      // Filters are of no use for a few rows, unless a link to this page has set one.
      if (rows.length > 5 || filtered) bar.hidden = false;
      count.textContent = say.of.replace("{shown}", shown).replace("{total}", rows.length);
      reset.hidden = !filtered;
      nothing.hidden = shown > 0;
      for (const each of box.querySelectorAll(".ispec-scroll")) each.hidden = !shown;
      if (rest) fold(found.get(long));
    }
    function changed() {
      const changes = { [key]: find.value };
      for (const facet of facets) if (facet.show) changes[facet.key] = facet.value;
      state.set(changes);
      apply();
    }
    find.addEventListener("focus", () => rows.forEach((row) => row.text)); // takes long, and only once
    find.addEventListener("input", changed);
    reset.addEventListener("click", () => {
      find.value = "";
      for (const facet of facets) facet.value = "";
      changed();
      find.focus();
    });
    sorting(heads, order, rows, prefix + "sort", arrange);
    apply();
  }

  function sorting(heads, order, rows, key, arrange) {
    const collator = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
    const value = (row, place) => {
      const cell = row.cells[place];
      return cell ? cell.dataset.s ?? squeeze(cell.textContent) : "";
    };
    function sort(wanted) {
      const place = Math.abs(wanted) - 1, down = wanted < 0;
      order.value = wanted;
      heads.forEach((head) => head.setAttribute("aria-sort",
        head.cellIndex !== place ? "none" : down ? "descending" : "ascending"));
      for (const row of rows) row.key = value(row.row, place);
      // Empty cells come last in both directions.
      rows.sort(({ key: a }, { key: b }) => (a === "") - (b === "") || (down ? -1 : 1) * collator.compare(a, b));
      arrange();
    }
    function choose(wanted) {
      sort(wanted);
      state.set({ [key]: wanted });
    }
    order.addEventListener("change", () => { if (order.value) choose(Number(order.value)); });
    heads.forEach((head) => {
      const place = head.cellIndex;
      const button = make("button", { type: "button", class: "ispec-sort" }, ...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => choose((head.getAttribute("aria-sort") === "ascending" ? -1 : 1) * (place + 1)));
    });
    const given = Number.parseInt(state.get(key), 10);
    if (given && Math.abs(given) <= heads.length) sort(given);
  }

  function download(box, rows, kind) {
    const { group: title } = JSON.parse(box.dataset.say);
    const heads = [...box.querySelector("thead").rows[0].cells].map((head) => squeeze(head.textContent));
    if (title) heads.unshift(title);
    const shown = rows.filter((row) => row.fits).map(({ row, group }) =>
      heads.map((_, place) => {
        const cell = title ? [group.querySelector("h3"), ...row.cells][place] : row.cells[place];
        if (!cell) return "";
        // Items of a list are separated.
        const parts = [...cell.querySelectorAll("li")].map((item) => squeeze(item.textContent));
        return parts.length ? parts.join("; ") : squeeze(cell.innerText || cell.textContent);
      }));
    let text;
    if (kind === "JSON") {
      text = JSON.stringify(shown.map((cells) => Object.fromEntries(heads.map((head, place) => [head, cells[place]]))), null, 2);
    } else {
      // Spreadsheets must not run a text as a formula.
      const quote = (cell) => `"${(/^[=+\-@\t]/.test(cell) ? "'" + cell : cell).replaceAll('"', '""')}"`;
      text = "\ufeff" + [heads, ...shown].map((cells) => cells.map(quote).join(",")).join("\r\n") + "\r\n";
    }
    const link = make("a", { download: `${box.id}.${kind.toLowerCase()}` });
    link.href = URL.createObjectURL(new Blob([text], { type: kind === "JSON" ? "application/json" : "text/csv" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // --- landscape ------------------------------------------------------------------------------------------------

  function landscape(box) {
    const picture = box.querySelector("svg");
    const say = JSON.parse(box.dataset.say);
    const nodes = new Map([...picture.querySelectorAll("[data-n]")].map((node) => [node.dataset.n, node]));
    const edges = [...picture.querySelectorAll("[data-e]")].map((edge) => ({ edge, ends: edge.dataset.e.split(" ") }));
    const select = make("select", { "aria-label": say.focus }, make("option", { value: "" }, say.all));
    const groups = new Map();
    for (const [id, node] of nodes) {
      const group = node.dataset.g;
      if (!groups.has(group)) groups.set(group, make("optgroup", { label: group }));
      groups.get(group).append(make("option", { value: id }, node.dataset.t));
    }
    select.append(...groups.values());
    const reset = make("button", { type: "button", class: "ispec-button", hidden: true }, say.reset);
    const count = make("span", { class: "ispec-count", role: "status" });
    box.prepend(make("div", { class: "ispec-filter" }, make("label", {}, make("span", {}, say.focus), select), reset, count));

    function near(id) {
      const found = new Set([id]);
      const add = (from, kind) => {
        for (const { ends } of edges) {
          if (ends.includes(from)) for (const end of ends) if (!kind || end.startsWith(kind)) found.add(end);
        }
      };
      add(id);
      // An owner or an entity is shown with its systems and everything that is connected to them.
      if (!id.startsWith("s:")) for (const other of [...found]) if (other.startsWith("s:")) add(other);
      return found;
    }
    function show(id) {
      const seen = id && nodes.has(id) ? near(id) : null;
      for (const [other, node] of nodes) node.classList.toggle("is-dim", Boolean(seen) && !seen.has(other));
      for (const { edge, ends } of edges) {
        const dim = seen && !(ends.includes(id) || (!id.startsWith("s:") && ends.every((end) => seen.has(end))));
        edge.classList.toggle("is-dim", Boolean(dim));
        edge.classList.toggle("is-near", Boolean(seen) && !dim);
      }
      return seen;
    }
    function choose() {
      const seen = show(select.value);
      reset.hidden = !seen;
      count.textContent = seen ? say.of.replace("{shown}", seen.size).replace("{total}", nodes.size) : "";
      state.set({ focus: select.value });
    }
    select.addEventListener("change", choose);
    reset.addEventListener("click", () => { select.value = ""; choose(); select.focus(); });
    for (const [id, node] of nodes) {
      for (const event of ["mouseenter", "focus"]) node.addEventListener(event, () => show(id));
      for (const event of ["mouseleave", "blur"]) node.addEventListener(event, () => show(select.value));
    }
    if (nodes.has(state.get("focus"))) {
      select.value = state.get("focus");
      choose();
      const group = box.closest("details");
      if (group) group.open = true;
    }
  }

  // --- freshness ------------------------------------------------------------------------------------------------

  function freshness() {
    const today = day();
    for (const badge of document.querySelectorAll(".ispec [data-due]")) {
      if (badge.dataset.due >= today) continue;
      badge.textContent = badge.dataset.late;
      badge.classList.replace("ispec-badge--ok", "ispec-badge--warn");
    }
    for (const number of document.querySelectorAll(".ispec [data-dates]")) {
      const ahead = Number(number.dataset.days);
      const counted = number.dataset.dates.split(" ").filter((each) => (ahead ? each >= today && each <= day(ahead) : each < today));
      number.textContent = counted.length;
      number.parentElement.classList.toggle("ispec-tiles__zero", !counted.length);
    }
  }

  // --- search, links and the table of contents ------------------------------------------------------------------

  function search(form) {
    const field = form.querySelector("input");
    // The theme's own search answers.
    const ask = () => {
      const toggle = document.querySelector("#__search");
      const query = document.querySelector(".md-search__input");
      if (!toggle || !query || !field.value) return;
      toggle.checked = true;
      toggle.dispatchEvent(new Event("change"));
      query.value = field.value;
      field.value = "";
      query.focus();
      query.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
    };
    field.addEventListener("input", ask);
    field.addEventListener("focus", ask);
  }

  function copying(button) {
    button.disabled = !navigator.clipboard;
    button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy));
  }

  // For browsers that do not open a closed element when a link leads into it.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let each = target && target.closest(".ispec details:not([open])"); each; each = each.parentElement.closest("details:not([open])")) {
      each.open = true;
      target.scrollIntoView();
    }
  }
  addEventListener("hashchange", reveal);

  // --- a page that does not exist -------------------------------------------------------------------------------

  const home = new URL("..", document.currentScript ? document.currentScript.src : location);

  function distance(a, b) {
    let row = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
      row = next;
    }
    return row[b.length];
  }

  async function nearest(title) {
    const answer = await fetch(new URL("catalog.json", home));
    if (!answer.ok) return;
    const wanted = lower(decodeURIComponent(location.pathname.replace(home.pathname, "/"))).split(/[/.]/).filter(Boolean);
    const found = (await answer.json()).specs
      .map((spec) => ({ spec, far: Math.min(99, ...wanted.map((word) => distance(word, spec.id))) }))
      .sort((a, b) => a.far - b.far).slice(0, 3);
    const links = found.map(({ spec }) => make("li", {}, make("a", { href: new URL(spec.page, home) }, spec.title)));
    const box = make("div", { class: "ispec ispec-nearest" });
    title.before(box);
    box.append(title);
    const query = document.querySelector(".md-search__input");
    if (query) {
      const field = make("input", { type: "search", placeholder: query.placeholder, "aria-label": query.placeholder });
      field.value = wanted.join(" ").replace(/-/g, " ");
      box.append(make("div", { class: "ispec-search", role: "search" }, field));
      search(box);
    }
    box.append(make("ul", {}, ...links));
  }

  function start() {
    const title = document.querySelector(".md-content h1");
    if (title && /^404\b/.test(title.textContent) && location.protocol !== "file:") nearest(title);
    freshness();
    reveal();
    document.querySelectorAll(".ispec .ispec-search").forEach(search);
    document.querySelectorAll(".ispec [data-copy]:not([data-on])").forEach((button) => {
      button.dataset.on = "";
      copying(button);
    });
    const contents = document.querySelector(".ispec-toc");
    if (contents) contents.addEventListener("click", (event) => { if (event.target.closest("a")) contents.open = false; });
    document.querySelectorAll(".ispec [data-facets]:not([data-on])").forEach((box, number) => {
      box.dataset.on = "";
      table(box, number);
    });
    document.querySelectorAll(".ispec .ispec-landscape:not([data-on])").forEach((box) => {
      box.dataset.on = "";
      landscape(box);
    });
  }

  // Material's instant navigation loads pages without a new document.
  if (window.document$ && window.document$.subscribe) window.document$.subscribe(start);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
