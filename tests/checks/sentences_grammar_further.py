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
        Sorry you've had to chase us for this.
        I'm sorry your journey was so uncomfortable.
        Apologies that nobody called you back.
        We're aware that some users are unable to stream.
        We know the site's been a bit flaky today.
        There seems to be a fault on your line.
        I can see your parcel is stuck in customs.
        Your claim has taken far too long.
        The replacement was faulty as well.
        Some of you may have noticed that the site was down this morning.
        Yesterday's webinar was cut short.
        Our feed contained duplicate products.
        Two of our three mail servers ran out of memory.
        We have an ongoing incident with card payments.
        We experienced an incident that took the API offline.
        Queries against the EU shard were timing out.
        A regression in 2.3.0 made imports fail.
        The nightly export did not run.
        An outage at our SMS provider is affecting login codes.
        Our Dublin office lost power.
        A number of accounts were hijacked.
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
        About 12% of sessions were dropped.
        Agents could not see new tickets.
        Uploads larger than 10 MB failed.
        Some invoices showed the wrong total.
        Logins took up to a minute.
        Many people lost an evening's work.
        You waited in all day for nothing.
        Your dinner was ruined.
        Customers had to re-enter their card details.
        Emails to Gmail addresses bounced.
        We sent 4,000 of you the wrong bill.
        Affected customers may have received two invoices.
        During the outage all requests returned a 502.
        Some subscribers lost access to their account.
        Page loads were slow for users in Asia.
        The bug caused notifications to be sent to the wrong people.
        Files uploaded between 9 and 10 are missing.
        Your prescription was two days late and you went without your tablets.
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
        The error came from a change to how we cache prices.
        We trusted a figure that was out of date.
        A logic error let two jobs take the same ticket.
        We rotated a key but one service kept the old one.
        The deploy script assumed an empty folder.
        A cleanup task removed more rows than it should have.
        Our courier's depot was flooded.
        The new till software rounds differently.
        The seal on the pump had worn out.
        The address book was merged with an older copy.
        A third-party script slowed every page down.
        Our mail server's IP was put on a blocklist.
        An employee fell for a phishing mail.
        The flood of sign-ups was more than the queue could take.
        Connections were exhausted.
        The disk array lost two drives within an hour.
        We shipped a build with debug logging left on.
        The vendor's update is incompatible with our version.
        Our contract with the venue had lapsed.
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
        The bad rows have been put back.
        We pulled the update.
        We've swapped your tariff back.
        The faulty batch has been withdrawn from sale.
        We are resending the mails now.
        You'll get the missing part on Friday.
        The service is fully functional again.
        Logins are working.
        We've stopped the rollout.
        I've arranged a taxi for you.
        We've moved you to another table.
        Our team are looking at a fix now.
        We're testing a fix.
        We found the parcel and it's out for delivery.
        The blocked accounts have been opened again.
        We've upped the limits.
        The cluster is healthy.
        Error rates are back to baseline.
        We've notified everyone affected by mail.
        The record has been set straight.
        The refund went out this morning.
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
        We have moved to weekly stock counts.
        A spare pump is now kept on site.
        We added a dry-run mode and use it before every clean-up.
        We have stopped running clean-ups on the live database.
        New starters now shadow someone for two weeks.
        The two services now share one source for keys.
        We've capped how many rows a job can delete.
        Our rota now has three people on every shift.
        We check the blocklists every morning.
        We will phase in changes, one shop at a time.
        All staff will take part in phishing training next month.
        We've asked for an outside audit of our systems.
        The alarm now rings in the office as well.
        We're phasing out the old tills.
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
        Tell us which branch and we'll look into it.
        Can we ask you to send a photo?
        I'd be grateful if you could send me your receipt.
        We'd appreciate it if you could email us.
        You can reply directly to me.
        My name is Jo and my number is 0117 496 0000.
        Please do get in touch.
        Have a look at this guide: https://example.com
        Switch it off and on again.
        Go to Settings and tap Reset.
        Please log out and log in again.
        Your ticket number is 5521.
        There's no need to contact us.
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
