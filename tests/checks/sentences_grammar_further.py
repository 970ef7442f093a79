"""More English sentences by element, written after the rows of `english_grammar` and before they were widened."""

from __future__ import annotations

SAYS: dict[str, str] = {
    "ack": """
        Partial outage in us-east-2.
        Degraded performance on our search nodes.
        We had a 40 minute outage this afternoon.
        Sign-ups are temporarily paused because of abuse.
        Our provider is having network problems.
        There was a delay in posting interest to your account.
        The courier left your parcel with the wrong neighbour.
        The toaster you received has a cracked lid.
        I can see that your refund has not gone through.
        We dropped the ball on your booking.
        Your train was formed of fewer carriages than planned.
        Sorry we ran out of vegan options.
        Sorry your delivery is late.
        Sorry the app keeps crashing.
        Oh dear, sorry your flowers were wilted!
        Sorry for the long hold time.
        Sorry it's taking so long.
        Sorry you had to wait.
        We are currently seeing higher than normal wait times.
        Live chat is unavailable right now.
        Several of our mail relays stopped accepting messages.
        On 3 May we discovered that a file with customer data was publicly accessible.
        A laptop holding member records was stolen.
        The 3pm class did not take place.
        Our new release had a nasty bug.
        We found an error in last month's invoices.
        Push notifications stopped for about six hours.
        GPS tracking isn't updating.
        Replication is lagging.
        A number of requests failed with a timeout.
        The job scheduler has stalled.
        The status page itself was down.
        We double-booked the room.
        The wrong song list was printed in the programme.
        One of our drivers was rude to you.
        Your tickets were scanned by someone else.
        The lift has been broken for two weeks.
    """,
    "impact": """
        For 25 minutes, no one could place an order.
        A small share of traffic saw errors.
        2% of users were shown the wrong balance.
        Visitors were redirected to a maintenance page.
        Customers on the old plan could not renew.
        New sign-ups did not receive a confirmation mail.
        Web hooks fired late.
        Some e-mails were never delivered.
        Dashboards were blank for EU accounts.
        Your alerts may not have been sent.
        Your child missed her exam.
        You were out of pocket for two months.
        You had to take a taxi.
        The delay meant you missed the last bus home.
        You couldn't get through to us on the phone.
        Passengers had to stand for three hours.
        The thief can now use your card number.
        Hackers got hold of names, birthdays and phone numbers.
        We took £40 too much from your account.
        We charged you for a service you never had.
        Your data may have been seen by others.
        Long-running queries were killed.
        Some pages took over a minute to load.
        API consumers were throttled.
        Riders waited up to an hour.
        Merchants were left without their payouts over the weekend.
        Some of you lost work.
        That left you with no dress for the wedding.
        No jobs ran between 3 and 5.
        Clients were disconnected and had to reconnect.
        Players were kicked out of their matches.
        Shoppers saw an empty basket.
        Subscribers in Asia could not watch the match.
        Some users were unable to save their changes.
    """,
    "explanation": """
        An engineer deleted the wrong volume.
        One of the disks died.
        The culprit was a cron job that nobody owned.
        The certificate lapsed on Sunday.
        A new feature flag was switched on for everyone by accident.
        The migration took longer than planned.
        Two of our drivers called in sick.
        We didn't test the change with real data.
        We had not planned for so many orders.
        Nobody told the night shift about the new form.
        The printer jammed and the second page was left out.
        Our upstream provider lost power.
        There's a strike at the port.
        A storm brought down power lines.
        The incident began when a switch rebooted itself.
        A faulty sensor told the system that the tank was full.
        Your letter went to our old office.
        Somebody typed the wrong postcode.
        The load balancer kept sending requests to a dead node.
        A bad deploy at 13:02.
        The spike came from a single client.
        It was caused by a misplaced comma.
        The queue filled faster than the workers could empty it.
        An index was missing on the new table.
        A change to DNS made the old address stop working.
        We changed couriers and the labels were in the wrong format.
        The supplier discontinued the part.
        It was a simple mistake: the date was in US format.
        Long story short, the database ran out of connections.
        The attacker exploited an unpatched plugin.
        They guessed the password of an old account.
        Memory use grew until the process was killed.
        The rollout reached all regions at once because the staging step was skipped.
        The pump had not been serviced since 2019.
        This was triggered by a surge in traffic after the newsletter.
        The fire alarm went off and we had to clear the building.
        The network card failed.
        A cooling unit broke.
    """,
    "fix": """
        We undid the change.
        Rolled back.
        Reverted to the previous version.
        We put the old form back.
        We have hired a van to catch up.
        We're bringing the nodes back one by one.
        Most regions are back.
        Service has been restored for 95% of customers.
        Performance has returned to normal levels.
        Traffic is flowing again.
        We have mitigated the issue.
        A mitigation is in place.
        We have pushed out an update.
        An emergency patch was shipped at 16:00.
        We are scaling up the cluster.
        We've throttled the noisy client.
        Our provider has fixed the fault.
        The vendor has replaced the part.
        The hardware is being replaced.
        Your new card is in the post.
        The right shoes are on their way to you.
        I have asked the chef to remake it.
        I've rebooked you on the 10:40.
        I've taken the charge off your bill.
        I have spoken to the branch and they will hold the item for you.
        I've let the depot know and they'll redeliver today.
        We have frozen the account.
        The credentials have been rotated.
        All sessions have been ended and passwords reset.
        We've reported the theft to the police.
        We have told the regulator.
        The page was taken down within an hour.
        We've corrected the article.
        The correct figures are now online.
        Affected invoices were regenerated.
        Missing events have been backfilled.
        We're catching up on the backlog.
        The pipe has been mended and the water is back on.
        Buses are replacing trains.
        We're monitoring after applying a fix.
        We've temporarily turned off imports.
        Engineers have isolated the fault.
        Refunds are being processed.
        We have paid back the difference.
        Your account is open again.
    """,
    "prevention": """
        We've put a lock on the field so it can't be left empty.
        Two-person review is now required for database changes.
        We've bought a second generator.
        We've signed up a second supplier.
        We're going to roll out changes region by region.
        We will alert on queue length.
        Certificates now renew automatically.
        Every van now carries a spare phone.
        All drivers have been reminded to ring the bell and are checked weekly.
        Our staff have been retrained on the returns policy.
        We are installing a new boiler in March.
        We're rewriting the importer so that bad rows are skipped.
        We've set stricter limits on API calls.
        We have reduced the blast radius by splitting the cluster.
        We'll keep twice as much stock before Christmas.
        We've made it impossible to delete a live volume.
        We're working on better tooling for rollbacks.
        We are improving our test coverage for billing.
        We're investing in a second data centre.
        We've moved the job to a dedicated server.
        Backups are now tested every week.
        We have added a check to our release list.
        Automated tests were added for this case.
        We've asked our provider to give us notice of future work.
        We have updated the training for new agents.
        Our alerts now go to two people.
        The menu is now printed by one person and read by another.
        We have introduced a call-back when the queue is long.
        We changed the alarm threshold.
        We are separating the billing system from the main database.
        We've written a checklist for the night shift.
        We'll do a dry run before each migration.
        We have revised how we handle lost parcels: each one is now searched for within a day.
    """,
    "contact": """
        Can you send us a DM with your email?
        Could you pop us a message with the order ID?
        Please PM me.
        Let me have your reference and I'll check.
        What's the name on the account?
        When did you place the order?
        Is this happening on wifi too?
        Which store did you visit?
        Have you checked your spam folder?
        Does restarting help?
        Try again now.
        Please try again in a few minutes.
        Please refresh the page.
        You may need to log in again.
        Reach us 24/7 at 1-800-555-0199.
        Call 111 if you need help.
        Email: help@example.org
        Tel. 030 123456
        Reply STOP to this message and I'll sort it.
        I'm Anna and I look after your case.
        Your contact for this is Tom Bell.
        Head over to our help page.
        Follow these steps to restore your files.
        Here's how to reset your password.
        See the link for details.
        More information is at example.com/outage.
        We'd love to hear more, please message us.
        We suggest updating to the newest version.
        We advise you to change your PIN.
        We ask all users to reset their keys.
        Customers should check their statements.
        No further steps are needed on your side.
        You do not have to do anything.
        You don't have to lift a finger.
        Bring the item back to any shop.
        Feel free to write back.
        If it doesn't, give us a call.
        If you're still having trouble, hit us up.
        If this doesn't work, let us know.
        If you were affected, fill out this form.
    """,
    "regret": """
        Sorry, folks.
        We are truly sorry.
        We're sorry!
        Apologies for the wait.
        Sorry to have kept you waiting.
        With our apologies,
        I do apologise for this.
        Please accept my apology.
        We want to say sorry.
        I am deeply sorry for what happened.
        We sincerely regret this mistake.
        Sorry for any inconvenience.
        Apologies once again.
        I'm ever so sorry.
        Terribly sorry about the mix-up.
        Once again, we're sorry for the trouble this caused.
    """,
}
