"""The forms about former values that a supervisor proposes to put back."""

from placement.ui.forms import FormKey, LongTextField


class ProposeValueForm(FormKey):
    """Why the former value is right."""

    why = LongTextField(label="Why is the former value right?", max_length=1000)


class RefuseValueForm(FormKey):
    """Why the value stays as it is."""

    reason = LongTextField(label="Why does it stay as it is?", max_length=1000)
