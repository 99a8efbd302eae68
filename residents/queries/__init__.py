"""What the pages of this app ask. Every query starts from what the person may see."""
