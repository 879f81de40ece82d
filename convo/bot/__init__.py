"""First contact: asks for what is missing, answers from articles, hands over to a person."""
