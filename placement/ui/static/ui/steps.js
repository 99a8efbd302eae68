// The slider over the changes around a moment: says on the way what each step is, and goes there when it is let go.
// Who steps with the keyboard presses Enter, or the button, when they are there. Without this the button alone does it.
(() => {
  "use strict";
  document.querySelectorAll("form[data-steps]").forEach((form) => {
    const slider = form.querySelector("input[type=range]"), said = form.querySelector("output"), begun = slider.value;
    let keys = false;
    const say = () => {
      const words = slider.list.options[Number(slider.value)]?.label ?? "";
      said.textContent = words;
      slider.setAttribute("aria-valuetext", words);
    };
    slider.addEventListener("keydown", () => { keys = true; });
    slider.addEventListener("pointerdown", () => { keys = false; });
    slider.addEventListener("input", say);
    slider.addEventListener("change", () => { if (!keys && slider.value !== begun) form.requestSubmit(); });
    say();
  });
})();
