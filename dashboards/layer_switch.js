// A layer's checkbox and, while it is on, its opacity; the slider tells its value when it is let go.

export function render({ model, el }) {
  const label = document.createElement("label");
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  const title = document.createElement("span");
  title.textContent = model.title;
  label.append(box, title);
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 5, max: 100, step: 5 });
  slider.setAttribute("aria-label", `Opacity of ${model.title}`);
  const percent = document.createElement("output");

  const show = () => {
    box.checked = model.is_on;
    slider.value = model.opacity;
    percent.textContent = `${slider.value} %`;
    slider.style.setProperty("--share", `${((slider.value - 5) / 95) * 100}%`);
    slider.hidden = percent.hidden = !model.is_on;
  };
  box.onchange = () => { model.is_on = box.checked; };
  slider.oninput = () => {
    percent.textContent = `${slider.value} %`;
    slider.style.setProperty("--share", `${((slider.value - 5) / 95) * 100}%`);
  };
  slider.onchange = () => { model.opacity = Number(slider.value); };
  model.on(["is_on", "opacity"], show);
  el.append(label, slider, percent);
  show();
}
