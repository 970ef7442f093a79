"""Short messages of a help desk, a status page, a post-mortem: what each says. All are of our own."""

from __future__ import annotations

import pytest

from makegood.checks.reading import read_message

MESSAGES = [
    ("Hey Sam! Help's here. Can you DM us your account's email address? We'll take a look backstage /JI", "contact"),
    ("We're here for you. Which iOS version is on your phone right now? Let us know in a DM.", "contact"),
    ("Hi, we're sorry for the wait at check-in today. Please DM your confirmation number. ^LT", "ack regret contact"),
    ("That's not the service we like to give. Send over your postcode and we'll look into it.", "contact boilerplate"),
    (
        "Hi Jo, sorry your train's late. There's a signal fault at Crewe. We hope to be moving soon.",
        "ack regret explanation vague_time",
    ),
    ("Thanks for flagging this. Our tech folks are on the case.", "fix"),
    ("Sorry to hear about the spotty Wi-Fi. Have you tried turning the router off and on?", "sympathy_only contact"),
    ("Yikes, that's not what we want to see! Mind shooting us a message with your order no.?", "contact"),
    (
        "I'm really sorry your bag didn't make it. Please file a report at the baggage desk so we can trace it.",
        "ack regret contact work_pushed",
    ),
    (
        "We apologise for the delay to your flight. This is due to late arrival of the aircraft.",
        "ack regret explanation",
    ),
    ("Our app is having trouble at the moment. We're working on it and will update you soon.", "ack fix vague_time"),
    ("Thanks for your patience, the service is back up now.", "fix"),
    ("Hi Alex, your refund was processed today and should reach you in 3-5 days.", "makegood"),
    ("Investigating - We are currently investigating an issue with webhooks.", "ack"),
    ("Monitoring - A fix has been deployed and we are keeping an eye on it.", "fix"),
    ("Update - We are continuing to work on a fix for this issue.", "fix"),
    (
        "From 10:02 to 10:40 UTC the dashboard timed out. A bad deploy ran out of memory. We rolled it back.",
        "ack explanation fix",
    ),
    ("Some builds are stuck in the queue. We're adding capacity.", "ack fix"),
    ("We are seeing increased latency in us-east. Customers may see slow page loads.", "ack impact"),
    ("All systems operational. The backlog of jobs has been cleared.", "fix"),
    ("To avoid this in future we will alert on disk usage above 80 percent.", "prevention"),
    ("We've added a circuit breaker so that one slow shard can't take the others down.", "prevention"),
    ("The root cause was a memory leak in the proxy.", "explanation"),
    ("A misconfigured firewall rule dropped traffic between our two data centres.", "explanation"),
    ("No data was lost, but users could not push code for 40 minutes.", "impact"),
    ("We dropped the ball here, and we're sorry.", "regret responsibility"),
    ("Our on-call engineer was paged at 03:12 and restarted the cluster.", "fix"),
    ("Hi there, please give us a shout here with your booking ref.", "contact"),
    ("Oh dear, sorry about that. Could you pop your account number over in a DM?", "regret contact"),
    ("We're aware of an issue affecting calls in the North West. Engineers are en route.", "ack fix"),
    ("Apologies for the inconvenience, this item is no longer available.", "regret ack explanation any_inconvenience"),
    ("I've raised this with the store manager, who will call you by Friday.", "fix dated"),
    ("We've let the driver's depot know.", "fix"),
    ("Let me check that for you, one moment.", "fix"),
    ("Can you try clearing your cache and let us know how you get on?", "contact"),
    ("Service alert: no trains between Oxley and Marsh until further notice.", "ack"),
    ("During the incident, API calls returned 503 errors.", "ack"),
    ("We deployed a hotfix at 14:20 and error rates returned to normal.", "fix"),
    ("Failed jobs will be retried automatically; you don't need to resubmit them.", "contact fix"),
    ("In hindsight we should have tested the migration on a copy of production data first.", "responsibility"),
    ("The migration took a lock on the users table, and every login had to wait for it.", "explanation"),
]
EMPTY = [
    "We owe everyone who was affected an explanation.",
    "Please note delivery can take up to 10 days during sale periods.",
    "What you wrote was handed on to the team.",
]


@pytest.mark.parametrize(("message", "says"), MESSAGES)
def test_what_a_short_message_says(message: str, says: str) -> None:
    reading = read_message(message, kind="general", language="en")
    assert set(says.split()) <= {one.name for one in (*reading.elements, *reading.faults)}


@pytest.mark.parametrize("message", EMPTY)
def test_what_does_nothing_for_the_customer_is_no_fix(message: str) -> None:
    reading = read_message(message, kind="general", language="en")
    assert not {"fix", "makegood", "dated", "prevention"} & {one.name for one in reading.elements}
