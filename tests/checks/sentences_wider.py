"""English sentences of many trades, for each rule some that say it; and everyday sentences that admit nothing.

Written to see how far the rules reach beyond the sentences they were made with: a desk, a railway, a shop, a hotel, a
developer. Each line is of our own.
"""

from __future__ import annotations

WIDER: dict[str, str] = {
    "ack": """
        The 17:42 to Bristol is running 25 minutes behind schedule because of a points fault.
        Your broadband went off at six this morning.
        Our mobile app is currently not letting some customers log in.
        Card payments are failing at the moment.
        We've got a problem with our phone lines today.
        The swimming pool heating broke and the water was cold.
        You were charged for a gym class that never took place.
        Your direct debit left your account four days early.
        We posted your letter to an old address.
        Hi, the website is having a bit of a wobble this morning, pages aren't loading.
        We're aware that push notifications aren't being delivered.
        An attacker was able to read customer e-mail addresses.
        We've had to cancel tonight's performance.
        I left you on hold for forty minutes.
        The cake you ordered was not ready when you came.
        We are investigating reports of customers being unable to check out.
        Some orders were shipped without the charger.
        Version 3.2 deletes drafts on exit.
        Your prescription was filled with the wrong strength.
        The bus did not stop for you.
    """,
    "regret": """
        Apologies, this one slipped through.
        Really sorry about this, Ali.
        Please accept our sincere apologies.
        We owe you an apology.
        I'd like to apologise on behalf of the whole team.
        So sorry your meal was cold!
        My apologies for the mix up.
        We deeply regret that this happened.
        Sorry it's taken so long to get back to you.
    """,
    "responsibility": """
        This one is on me.
        We got this wrong.
        I mixed up the two accounts.
        It was our job to check and we did not.
        The failure was ours alone.
        We rolled out an update that logged everyone out.
        Our warehouse packed the wrong colour.
        We should have caught this in testing.
        I gave you incorrect advice.
        We broke the export feature in version 2.1.
        We take full responsibility for the error.
        We were too slow to tell you.
    """,
    "impact": """
        That left you without heating over the weekend.
        You were unable to board your flight.
        Many of you could not join your lessons.
        It cost you a day's work.
        Anyone who tried to pay between 9 and 11 saw an error.
        You had to phone us three times.
        Guests arrived to find their rooms occupied.
        Your account was locked for two days.
        Some passengers missed their connection.
        Your name, date of birth and card number were in the stolen file.
    """,
    "explanation": """
        A water main burst near the exchange.
        It happened because a config flag was left on.
        The root cause was an expired certificate.
        A lorry hit the bridge.
        Our supplier sent a faulty batch.
        The queue worker ran out of memory.
        An engineer ran the wrong script.
        We moved to a new booking system on Monday and it dropped the notes.
        This is down to a signalling fault at Reading.
        One of our drivers called in sick and we had no cover.
        Traffic was three times higher than we had planned for.
        A software update changed the opening hours on the site.
    """,
    "fix": """
        Engineers are on site and working to restore supply.
        We have rebooked you on the 9 am flight.
        The fix went live at 14:05.
        I've cancelled the duplicate charge.
        A new key card is being printed for you.
        We're rolling back the change now.
        Service was restored at 11:20.
        Your parcel has been found and is out for delivery.
        We've reset your account so you can sign in.
        All delayed payments have now gone through.
        Our technician will replace the router tomorrow.
        We turned the feature off while we repair it.
    """,
    "prevention": """
        We have added a second check before letters go out.
        From June every driver carries a spare key.
        We're changing how we deploy so one mistake can't take down every region.
        Staff have been retrained on the returns desk.
        We will run this test before each release.
        An alert now fires when the queue grows.
        We've switched to a different courier.
        Next time the system will refuse a second booking for the same seat.
    """,
    "makegood": """
        We've taken the delivery fee off your bill.
        Enjoy a free coffee on your next visit.
        You'll get two extra weeks on your subscription.
        We are crediting all customers with one month's fees.
        I have sent you a 15 pound gift voucher.
        We'll refund you in full.
        Your next stay is free.
    """,
    "dated": """
        You'll hear from me by 5pm.
        The money will be with you within three working days.
        Trains should be back to normal by 18:00.
        We'll post another update at noon.
        Your replacement arrives on Thursday.
        The patch ships on 4 May.
        Expect a call from us before Friday.
    """,
    "contact": """
        DM us your order number and we'll sort it.
        Can you send us your postcode, please?
        Pop into any branch with the card.
        Please bear with us and retry in ten minutes.
        You don't have to do anything.
        Speak to Maria at the front desk.
        Our helpline is open until 10pm: 0800 555 123.
        Reply YES to this text.
        If you still can't log in, restart the app.
        Head to your orders page and choose a new slot.
    """,
    "empathy": """
        Being stuck at a station at midnight is horrible.
        I can imagine how worrying that letter was.
        You trusted us with your wedding day, and we spoiled it.
        No wonder you were furious.
        I'd be cross too if my boiler failed in January.
    """,
    "conditional": """
        We apologise if we've caused offence.
        Sorry for any upset this might have caused.
        Some of your details may have been accessed.
        We're sorry should this have affected your plans.
    """,
    "vague_time": """
        We'll be back up shortly.
        We will let you know once it is sorted.
        A fix is coming in the next release.
        We hope to have this resolved soon.
        We'll keep you updated.
    """,
    "boilerplate": """
        We take your privacy seriously.
        Please be assured that we are doing all we can.
        We are committed to providing excellent service.
        Your feedback is important to us.
        We strive to offer the best experience.
    """,
    "any_inconvenience": """
        Sorry for any inconvenience.
        We apologise for the inconvenience.
        We regret the disruption and inconvenience caused.
    """,
    "excuse": """
        This was due to unprecedented demand.
        We are a tiny team doing our best.
        We never meant to mislead anybody.
        Unfortunately these things happen.
    """,
    "blame_third_party": """
        This is down to our courier, DPD.
        The fault lies with Network Rail.
        Our payment provider is having issues.
        Due to the bad weather your flight was cancelled.
    """,
    "minimising": """
        A few customers saw a slight delay.
        It was only down for 10 minutes.
        This affected just a handful of users.
    """,
    "work_pushed": """
        Please fill out this form to request a refund.
        You will need to contact the airline.
        Please raise a ticket with our support team.
        Kindly resubmit your application.
    """,
    "legalistic": """
        We have no reason to believe your data was misused.
        We do not accept liability.
        As a precaution, we are notifying you.
    """,
    "self_promotion": """
        Why not try our new app?
        We pride ourselves on quality.
        We are the UK's leading provider.
    """,
    "off_tone": """
        Oopsie! We goofed.
        We're thrilled to be back!
        Calm down, it's just a parcel.
    """,
    "over_promise": """
        It won't happen again.
        You will never have this problem again.
        We guarantee this is fixed for good.
    """,
    "blame_customer": """
        You entered the wrong postcode.
        If you had read the email you would know.
        You must have typed it incorrectly.
    """,
    "passive_evasion": """
        Your booking was accidentally cancelled.
        Errors were made.
        The wrong amount was taken.
    """,
}

NEUTRAL = """
    Thank you for being with us since 2015.
    Our opening hours change on 1 May.
    Your contract renews automatically each year.
    The new app lets you track parcels on a map.
    We are happy to welcome you to our new branch.
    Please find your invoice attached.
    You can choose between three plans.
    Our team works from an office in Leeds.
    The meeting has been moved to Tuesday at your request.
    This newsletter is sent every month.
    We ask you to read the house rules.
    Your order was shipped today and arrives on Friday.
    A survey takes two minutes and helps us.
    The hotel has forty rooms and a garden.
    As you asked, we closed your account.
    Nobody was hurt in the fire next door.
    Our driver will ring the bell twice.
    You have until Sunday to return the dress.
    If you lose your card, call this number at once.
    The museum is closed on Mondays.
    We checked your address and it is right.
    Thank you for reporting the lost umbrella on line 4.
    The manager will be back from holiday on Monday.
    We are hiring drivers in three cities.
    We do not share your data with anyone.
    You did everything right.
    Your password was changed by you yesterday.
    The concert starts at eight and doors open at seven.
"""
