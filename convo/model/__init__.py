"""Tables, envelopes and the frozen read models that leave the desk."""
