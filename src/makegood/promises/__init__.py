"""What no act carries: a date said in a message, a person's word to one customer, and the clock over both."""
