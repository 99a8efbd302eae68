"""What goes with the record of a young person after its time, and how it is erased."""
