"""Rules that only a plan can judge: they need to know who the message goes to, and what is done for them.

`makegood plan` and `makegood show` report them, `makegood check` does not.
"""

from __future__ import annotations

from makegood.checks.rule import Rule

PLANNED = (
    Rule(
        id="MG501",
        name="others_data",
        severity="error",
        definition="A message shows what belongs to another customer: an order number, an e-mail address, a number.",
        message="A message would carry another customer's data.",
        suggestion="Look at the join of the scope's query; load the scope again and plan again.",
        good=("Each order number of the scope belongs to one customer.",),
        bad=("Two customers would be shown the same order number.",),
    ),
    Rule(
        id="MG502",
        name="told_not_paid",
        severity="error",
        definition="A message tells of money or another make-good that this plan does not give this customer.",
        message="The message tells of a make-good that these customers do not get.",
        suggestion="Guard the sentence: {% if amounts.refund %} … {% endif %}, or give it to them.",
        good=("Customers without a refund get a message without the sentence on it.",),
        bad=("A customer who gets nothing reads “we have refunded you”.",),
    ),
    Rule(
        id="MG503",
        name="paid_not_told",
        severity="error",
        definition="The plan pays customers, and no message tells them of it, or theirs leaves an amount out.",
        message="These customers are paid and not told.",
        suggestion="Show the amount: {{ amounts.refund }}.",
        good=("The message shows each amount that the plan pays.",),
        bad=("A refund is paid, and the message shows the goodwill alone.",),
    ),
    Rule(
        id="MG504",
        name="unconfirmed_cause",
        severity="error",
        definition="A message explains the cause while the mistake's fact `cause` is not confirmed.",
        message="The cause is told, and it is not confirmed yet.",
        suggestion="Confirm the fact `cause` in mistake.yaml, or say that you do not know yet and by when you will.",
        good=("We do not know yet how it happened; by Friday we tell you.",),
        bad=("It happened because a file was sent twice. (cause: confirmed: false)",),
    ),
    Rule(
        id="MG505",
        name="repeated_apology",
        severity="warning",
        definition="Customers who heard an apology for another mistake a short while ago would hear one again.",
        message="These customers heard us apologise for another mistake not long ago.",
        suggestion="Words wear out: give them something and have a person speak to them, or say why words are right.",
        good=("A second mistake within a month: a refund, goodwill and a call.",),
        bad=("A second mistake within a month: “we are sorry” once more.",),
    ),
    Rule(
        id="MG506",
        name="hard_to_read",
        severity="suggestion",
        definition="The message is harder to read than its audience can be asked to bear, by a published formula.",
        message="The message is hard to read.",
        suggestion="Shorter sentences, everyday words.",
        good=("We charged you twice. Your card has the money again.",),
        bad=("Owing to the duplication of a transactional submission, reimbursement was necessitated.",),
    ),
    Rule(
        id="MG507",
        name="too_long",
        severity="suggestion",
        definition="The message has more words than its audience will read.",
        message="The message is long.",
        suggestion="Say what happened, what you did and what comes next; put the rest on a page.",
        good=("Four short paragraphs.",),
        bad=("Two pages about the history of a computer centre.",),
    ),
)
