"""More English sentences of many trades, written after the rules were widened once: what each says."""

from __future__ import annotations

FURTHER: dict[str, str] = {
    "ack": """
        We are aware that some parcels have not been scanned since Tuesday.
        The lift at our Leeds store has been out since Friday.
        There is no hot water on floors three and four.
        Your statement showed the wrong balance.
        Our call centre was closed when it should have been open.
        We promised you a call and did not make it.
        The refund we told you about never reached your bank.
        A fault on our network stopped texts from going through.
        Orders placed between noon and two may arrive late because our sorting machine jammed.
        Search results are missing some listings.
        We mistakenly e-mailed your invoice to somebody else.
        Checkout is returning an error for some shoppers.
        Your coach left without you.
        Video playback has been choppy this evening.
        We have run out of the blue jackets you ordered.
        Sync is broken on Android 14.
        Exports produced blank files on Monday.
        The online queue let people in out of turn.
        We turned you away although you had a ticket.
        Subscribers were logged out overnight.
    """,
    "fix": """
        We have put on extra buses.
        Our engineers found the leak and sealed it.
        We are sending the missing parts by courier.
        The corrected letter is in the post.
        Normal service has resumed.
        We're contacting everyone who was charged.
        All accounts have been unlocked.
        I have passed you to our billing lead, who is correcting the invoice now.
        We pulled the release and restored the old version.
        The team is on it and rebuilding the index.
        We are refunding all affected customers.
        The fault is now fixed.
        We have applied a repair and watch it.
        Crews are repairing the cable.
        Power came back at 3 pm.
        This should be sorted now.
        We've identified the issue and a fix is being rolled out.
        I'm looking into your case now and have asked the depot for the parcel.
    """,
    "explanation": """
        A cable was cut during roadworks.
        This was caused by a faulty sensor.
        The delay comes from a customs check.
        Our clock change script ran twice.
        The new form did not save the last page.
        We had scheduled too few people for the sale.
        Two systems disagreed about your address.
        An old rule in our software treated the bank holiday as a working day.
        The database reached its connection limit.
        A power surge damaged the controller.
        The ferry could not dock because of high winds.
        We sold more seats than we had.
        During maintenance a switch was left unplugged.
        One of our suppliers delivered spoiled milk.
        Demand on the first day was five times what we expected.
    """,
    "impact": """
        You were left without a working phone for three days.
        Customers in the north lost water overnight.
        Your salary arrived late.
        Some users could not see their messages.
        You paid twice for the same stay.
        Travellers were stranded overnight.
        People who relied on the lift could not reach their flats.
        Payments made on Sunday were not received.
        Shop owners lost a day's sales.
        Your private photos were visible to others.
        You spent your birthday on the phone with us.
        Patients had to rebook their appointments.
        Students missed the deadline.
        You received four reminders for a bill you had paid.
    """,
    "prevention": """
        We are putting a backup generator in the building.
        Next month we replace the old switches.
        We have written a test that would have caught this.
        Drivers now photograph each delivery.
        We are reviewing our release process so that changes are rolled out in stages.
        A new rule stops anyone from sending to the whole list.
        We're working with our supplier on stricter checks.
        We now keep a week of spare stock.
        Access now needs two approvals.
        To stop this from happening again, we have limited who can edit prices.
        We will hold stock back for pre-orders in future.
    """,
    "contact": """
        If you have any questions, just reply.
        More details: https://example.org/help
        You'll find the form in your account.
        Drop me a line at jo@example.org.
        Please keep the receipt.
        There's nothing you need to do.
        Come and see us at the desk.
        Could you tell us which store it was?
        Ring our team on 0161 555 0101.
        Please update to the latest version.
        Log out and back in to see the change.
        Follow the link to pick a new date.
    """,
    "responsibility": """
        We let a mistake slip through.
        I should have rung you.
        We take the blame for this.
        It was wrong of us to cancel.
        We did not plan for so many visitors.
        This happened on our watch.
        We are to blame.
        Our change caused the outage.
        We failed to renew the certificate.
        We accept that our service was not good enough.
    """,
    "regret": """
        We're truly sorry.
        I am sorry we were late.
        We sincerely apologise for the error on your bill.
        With our apologies.
        I want to say sorry.
        We feel terrible about this.
    """,
    "makegood": """
        We have waived this month's fee.
        Here is 20% off your next order.
        You will not be charged for the visit.
        We'll cover your taxi.
        Your money is on its way back to you.
        Please keep the first chair at no cost.
    """,
    "dated": """
        We expect power back by 6 pm.
        I'll ring you tomorrow morning.
        The next update comes at 14:30 UTC.
        Repairs finish on Friday.
        You'll have the new card within a week.
        We will reopen on 3 June.
    """,
    "empathy": """
        You must have felt ignored.
        Three hours in a cold waiting room is no way to spend a Sunday.
        I know you needed the dress for Saturday.
        It is upsetting to see your photos gone.
        You had a right to expect better.
        I can see why you are fed up.
    """,
    "excuse": """
        We have been overwhelmed by orders.
        It's our busiest time of year.
        Staff sickness has hit us hard.
        Unfortunately this was out of our hands.
        Nobody could have predicted the snow.
    """,
    "blame_third_party": """
        DHL lost your parcel.
        Our landlord cut the power.
        This is an issue with your bank, not with us.
    """,
    "vague_time": """
        We'll fix this in the next few days.
        Your refund will arrive in due time.
        We are working to restore service as quickly as we can.
        Updates to follow.
        We'll be in touch.
    """,
    "boilerplate": """
        We value your custom.
        Our customers are at the heart of everything we do.
        We are doing all we can.
        We never stop improving.
    """,
    "minimising": """
        There was a small mix-up.
        It affected fewer than 1% of users.
        The outage was short-lived.
        No big deal, but your order is late.
    """,
    "off_tone": """
        Whoopsie daisy!
        Well, that was fun.
        Cheer up!
        Murphy's law struck again.
    """,
    "self_promotion": """
        Did you know our app won an award?
        We remain the most reliable network in the country.
        Check out our summer deals while you wait.
    """,
    "work_pushed": """
        Please contact your bank to get the money back.
        Please send us the receipts again.
        You will have to apply for compensation online.
        Keep checking our website for updates.
    """,
    "legalistic": """
        We are under no obligation to pay.
        As per our terms, no refund is due.
    """,
}
