"""Who gets a message and why: rules, assignment, promised times, explanation and replay."""
