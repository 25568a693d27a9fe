// What a partner's file says of the feature that was tapped: names and values, as text.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

export function render({ model, el }) {
  const root = made("section", "card", "", { hidden: "" });
  el.append(root);
  const close = () => { model.card = {}; };
  const draw = () => {
    const { title, source, rows } = model.card;
    root.hidden = !title;
    if (!title) return root.replaceChildren();
    root.setAttribute("aria-label", `Partner's feature: ${title}`);
    const button = made("button", "close", "×", { type: "button", "aria-label": "Close the partner's feature", title: "Close (Esc)" });
    button.onclick = close;
    const list = made("dl", "");
    for (const [name, text] of rows) list.append(made("dt", "", name), made("dd", "", text));
    root.replaceChildren(button, made("h2", "", title), made("p", "", source), list);
  };
  root.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } });
  model.on("card", draw);
  draw();
}
