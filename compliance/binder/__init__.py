"""The inspection binder: what an inspector may read about one home and a span of days, as a PDF and as tables."""
