// The behaviour of the USWDS parts that the pages use, also inside fragments that htmx swaps in.
import comboBox from "@uswds/uswds/js/usa-combo-box";
import datePicker from "@uswds/uswds/js/usa-date-picker";
import fileInput from "@uswds/uswds/js/usa-file-input";
import modal from "@uswds/uswds/js/usa-modal";
import skipnav from "@uswds/uswds/js/usa-skipnav";

const parts = [comboBox, datePicker, fileInput, modal, skipnav];

addEventListener("DOMContentLoaded", () => parts.forEach((part) => part.on(document.body)));
addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) parts.forEach((part) => part.init && part.init(event.target));
});
