"""Many people ask one running chat at the same time: how long they wait, and whether each gets
their own answer."""
