"use strict";
(() => {
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const tools = document.querySelector(".tools");
  const find = document.querySelector("#find");
  const sort = document.querySelector("#sort");
  const fold = document.querySelector("#fold");
  const told = document.querySelector(".told");
  const causes = all(".cause");
  let index = null;

  const indexed = () => index || (index = causes.map((cause) => {
    const groups = all(".group", cause).map((group) => ({ row: group.parentNode, text: group.textContent.toLowerCase() }));
    const own = all(":scope > summary > *, .do, .facts dd:not(.who)", cause).map((part) => part.textContent).join(" ");
    return { cause, groups, text: own.toLowerCase() };
  }));

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { cause, groups, text } of indexed()) {
      const whole = words.every((word) => text.includes(word));
      let some = whole;
      for (const group of groups) {
        const fits = whole || words.every((word) => group.text.includes(word) || text.includes(word));
        group.row.hidden = !fits;
        some = some || fits;
      }
      cause.hidden = !some;
      shown += some ? 1 : 0;
    }
    for (const section of all("section.kind")) {
      section.hidden = all(".cause", section).every((cause) => cause.hidden);
    }
    told.textContent = words.length ? `${shown} of ${causes.length} shown` : "";
  };

  const order = {
    given: (a, b) => a.dataset.at - b.dataset.at,
    most: (a, b) => b.dataset.n - a.dataset.n,
    latest: (a, b) => b.dataset.last - a.dataset.last,
    surest: (a, b) => b.dataset.sure - a.dataset.sure,
  };
  const arrange = () => {
    for (const section of all("section.kind")) {
      section.append(...all(".cause", section).sort(order[sort.value] || order.given));
    }
  };

  let waiting = 0;
  find.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  });
  sort.addEventListener("change", arrange);
  fold.addEventListener("click", () => {
    const open = fold.dataset.open !== "yes";
    fold.dataset.open = open ? "yes" : "no";
    fold.textContent = open ? "Close all" : "Open all";
    for (const cause of causes) cause.open = open;
  });

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = causes.filter((cause) => !cause.open);
    for (const cause of closed) cause.open = true;
  });
  addEventListener("afterprint", () => {
    for (const cause of closed) cause.open = false;
  });

  const visit = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches(".cause")) target.open = true;
  };
  addEventListener("hashchange", visit);
  visit();
  tools.hidden = false;
})();
