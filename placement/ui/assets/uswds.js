// The behaviour of the USWDS parts that the pages use, also inside fragments that htmx swaps in.
import comboBox from "@uswds/uswds/js/usa-combo-box";
import datePicker from "@uswds/uswds/js/usa-date-picker";
import fileInput from "@uswds/uswds/js/usa-file-input";
import modal from "@uswds/uswds/js/usa-modal";
import skipnav from "@uswds/uswds/js/usa-skipnav";

const parts = [comboBox, datePicker, fileInput, modal, skipnav];

// The date picker empties its input when it starts: keep what the server wrote into it, a real date or not.
function keepingDates(scope, start) {
  const kept = [...scope.querySelectorAll(".usa-date-picker:not([data-enhanced])")].map((picker) => {
    const typed = picker.querySelector("input").value;
    const [, month, day, year] = typed.match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/) || [];
    if (year) picker.dataset.defaultValue = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
    return [picker, typed];
  });
  start();
  kept.forEach(([picker, typed]) => {
    const input = picker.querySelector(".usa-date-picker__external-input");
    if (input && typed) input.value = typed;
  });
}

addEventListener("DOMContentLoaded", () => keepingDates(document, () => parts.forEach((part) => part.on(document.body))));
addEventListener("htmx:load", (event) => {
  if (event.target === document.body) return;
  keepingDates(event.target, () => parts.forEach((part) => part.init && part.init(event.target)));
});
