"""English sentences that say an element in words the phrase lists do not have."""

from __future__ import annotations

SAYS: dict[str, str] = {
    "ack": """
        We're aware of an issue affecting logins for some users.
        We are seeing elevated 5xx responses on the EU cluster.
        Between 14:02 and 15:10 UTC, the checkout page returned errors.
        From 09:40 to 11:15 customers in the north could not place calls.
        Our booking engine went haywire this morning.
        The 08:15 was cancelled.
        Checkout is currently failing for PayPal users.
        Webhooks were not being delivered for about forty minutes.
        The dashboard is not loading for some of you.
        Your parcel has not turned up yet.
        We know the app has been crashing since yesterday's update.
        Sorry your burger came without the cheese.
        Sorry about the long queue at our Leeds branch today.
        Apologies for not getting back to you sooner.
        I'm sorry to see the box arrived crushed.
        Sorry the driver never showed up.
        We apologise for the cold chips!
        Sorry for the missing socks in your order.
        Our servers were overloaded last night.
        The latest build contains a bug that wipes your settings.
        Users were logged out unexpectedly.
        We've received reports that emails are bouncing.
        Search results were incomplete.
        Backups failed for three nights in a row.
        There's a known problem with the Android widget.
        Our phone lines are down.
        Card machines stopped accepting payments at noon.
        The heating in your room didn't work.
        The tickets you bought turned out to be invalid.
        Invoices dated 3 May show the wrong VAT number.
        We shipped you the wrong size.
        You were charged the full price instead of the sale price.
        The site was slow to respond for most of the afternoon.
        API latency is up.
        Database connections are being refused.
        We are currently experiencing technical difficulties with our card readers.
        Deliveries in your area are running late.
        Flight 224 left four hours behind time.
        One of our warehouses flooded.
        Videos are stuck in processing.
        We lost connectivity to our Frankfurt site.
        Data centre cooling failed.
        A third party gained access to an employee's mailbox.
        The gym's showers have been out of use since Monday.
        Sorry you were disconnected.
        Sorry to keep you waiting on the phone.
        Sorry the quality wasn't up to scratch.
        Sorry that the product is faulty.
        Your account was suspended by mistake.
        The wrong e-mail went out to 2,000 of you.
        Several bins in Mill Road were missed yesterday.
        We're having some issues with our website at the minute.
        Customers are having trouble accessing their online banking.
        Downloads may be slower than usual at the moment because one mirror is offline.
        Broken links on the help page were reported by several readers.
        Our newsletter went out with an incorrect date.
        We had to evacuate the theatre and the show did not resume.
        The update bricked some devices.
    """,
    "impact": """
        Customers were unable to check out during this time.
        Users could not log in for 25 minutes.
        About 3% of requests returned an error.
        You may have seen error messages when opening the app.
        Some users experienced slow page loads.
        Roughly one in five visitors got an error page.
        Anyone trying to log in got a blank screen.
        Builds were queued and did not start.
        During this window, e-mails were delayed by up to two hours.
        People waited on the platform for an hour.
        This meant you couldn't board your flight.
        You ended up paying twice.
        You had to sleep at the airport.
        Your order arrived too late for the party.
        You were left without a car for three days.
        It cost you a day's work.
        This left 400 homes without heating.
        As a result, new sign-ups failed.
        Affected users saw stale data.
        Notifications arrived late or not at all.
        Payments made in this period were declined.
        Some merchants were not paid on time.
        Subscribers were billed twice.
        The error made the app unusable for people on iOS 12.
        Your name and address were visible to another customer.
        The attackers obtained e-mail addresses and hashed passwords.
        Those who tried to pay by card had their payments rejected.
        Players lost their progress.
        Your photos were deleted.
        All data written after 10:00 was lost.
        Scheduled jobs did not run.
        Deploys were blocked for most of the day.
        API clients received 503 responses.
        Requests to the API timed out.
        Impact: all users in Europe, no logins.
        You missed your connection.
        Your holiday was ruined.
        Guests had no hot water.
        Patients had to be sent home.
        Many of you turned up to a closed door.
        You've been waiting three weeks for a part that should take two days.
        You had to call us four times.
        We wasted your time.
        Some customers saw a duplicate charge on their statement.
        Websites hosted on this machine were offline.
        Mail to and from your domain was held up.
        Reports showed zero sales for the day.
        Any uploads made on Tuesday are gone.
        Users on the free plan were locked out of their workspaces.
        This stopped people from cancelling their subscription.
        Students couldn't submit their assignments.
        Calls dropped after a few seconds.
        Shops were unable to take card payments.
    """,
    "explanation": """
        The outage was down to a bad config push.
        A misconfigured load balancer sent traffic to a dead host.
        The cause was a memory leak in the cache layer.
        An expired certificate was to blame.
        We pushed a change that broke authentication.
        A routine upgrade went wrong.
        During maintenance a cable was unplugged.
        The problem started when our provider changed its API.
        A power failure at our data centre took out two racks.
        The root cause turned out to be a faulty switch.
        A database migration locked the users table.
        It turns out our monitoring didn't cover this server.
        Someone on our team ran the wrong script.
        We didn't order enough stock.
        The driver's van broke down.
        Staff sickness meant that two routes could not be covered.
        A software update introduced the bug.
        This happened since the new label printer skipped every tenth parcel.
        The issue stems from a race condition.
        The trouble was that the form accepted an empty date.
        Heavy snow closed the A9.
        Our supplier sent us the wrong batch.
        High demand has meant longer waits.
        We've been inundated with orders after the TV show.
        A bug in version 4.2 meant that invoices were sent twice.
        Traffic spiked to ten times the norm and our servers couldn't cope.
        A disk filled up.
        The DDoS attack saturated our uplink.
        One of our engineers accidentally dropped a table.
        A fibre was cut by roadworks.
        The queue backed up as the workers were stuck.
        Because of a typing error your booking was entered for June.
        This was a mistake in our price list.
        An attacker used a stolen password to get in.
        The failover didn't kick in.
        Our backup generator failed to start.
        We hit a rate limit at our mail provider.
        We ran out of disk space.
        The item sold out faster than our stock system updated.
        We found a bug in the scheduler that skipped February.
        A stuck lock prevented the job from running.
        Caused by: a failed firmware upgrade on the core router.
        We underestimated how many people would come.
        The new release clashed with an old plugin.
        The change had not been tested on Safari.
        An internal token had been rotated without updating the service.
        Our courier lost the pallet.
        Our system is showing your order was refused by your bank.
        It seems the parcel was misrouted at the Daventry hub.
        Due to a fault on the train.
        There was a signalling failure at Crewe.
        Your order is delayed because the fabric has not arrived from Italy.
        The engineers traced it to a corroded pipe.
        This is down to a shortage of drivers.
    """,
    "fix": """
        We've rolled back the change.
        We rolled the release back.
        The team reverted the deploy.
        A fix has been rolled out.
        A fix is being deployed.
        We have deployed a hotfix.
        This is now fixed.
        All sorted now!
        Service is back to normal.
        Everything is up and running again.
        Systems are operational.
        All services have recovered.
        The issue is resolved and we're monitoring.
        Our engineers are on it.
        Engineers are working to restore service.
        We're working on getting this fixed.
        We're working with our provider to get this resolved.
        We have switched to a backup provider.
        We've failed over to the standby database.
        We restarted the affected servers.
        We've added capacity.
        I've passed this to our store manager to deal with.
        I've raised a ticket with the depot.
        I've issued a refund.
        Your replacement left our warehouse this morning.
        A new one is on its way.
        We've taken the file offline.
        We have removed the duplicate charge.
        We've reset the passwords of all affected accounts.
        We are reprocessing the missed events.
        We've cleared the backlog.
        The backlog has been processed.
        Workers were restarted and the queue drained.
        We have blocked the attacker.
        We've disabled the feature for now.
        A technician is on the way to you.
        Repair crews are on site.
        The part is on order and will be fitted on Tuesday.
        We'll be sending you a new set.
        I've topped your account back up.
        I've credited £20 to your account.
        I have now cancelled the second booking.
        I have escalated this to our technical team.
        The operations team has been notified and is repairing the array.
        We're rebuilding the index.
        We've put extra staff on.
        We have extended the deadline.
        A patch will go out tonight.
        Version 4.2.1 fixes this.
        It's been corrected in the new release.
        We replaced the failed disk.
        Traffic is being rerouted.
        We are restoring from backup.
        Data recovery is in progress.
        We have taken steps to stop this from spreading.
        I've arranged for a colleague to collect it.
        Working on a fix.
        Should be good now.
        Everything's working again.
        It's back!
        The problem has gone away since we swapped the router.
    """,
    "prevention": """
        We've added an alert so we will know sooner.
        We are adding monitoring for certificate expiry.
        We will test every release on Safari before it ships.
        From now on two people sign off each price list.
        We've introduced a second check at packing.
        We have changed the process so that refunds are reviewed daily.
        We're moving the database to a larger machine.
        We are going to replace the old switches this month.
        We have put rate limits in place.
        A canary stage has been added to our deploys.
        We'll be adding more capacity ahead of the sale.
        We have retrained our drivers.
        All staff will be retrained.
        We now keep a spare in the van.
        In future we'll text you the night before.
        We've automated certificate renewal.
        We are reviewing our on-call procedures.
        Our runbook has been updated.
        We added a regression test.
        We have improved our alerting.
        Action items: add timeouts, add load tests.
        Going forward, schema changes will need a second reviewer.
        We've removed the single point of failure.
        We're building redundancy into the cooling system.
        We've set up a daily backup test.
        The form now refuses an empty date.
        Deploys are now blocked when tests fail.
        We no longer store card numbers.
        We will no longer deploy on Fridays.
        A new policy requires two approvals.
        We've tightened access to the admin console.
        We are hiring two more people for the night shift.
        Next steps: we will migrate off the old cluster.
        We're implementing circuit breakers.
        We've increased the memory limits so the pods won't be killed.
        We have hardened our firewall.
        Staff now have to check the name on the bag before handing it over.
        We're introducing mandatory reviews for configuration changes.
        Lessons learned: we need better tests for migrations, and have started writing them.
        We are working with the vendor on a permanent fix to stop this recurring.
        We've changed the default so that nothing is deleted without confirmation.
        We're planning to move to a multi-region setup.
        Our monitoring will now page someone when the disk is 80% full.
        We'll run failover drills every quarter.
        Preventative measures include a nightly audit of permissions.
    """,
    "contact": """
        DM us your order number.
        Shoot us a DM.
        Can you DM us your postcode?
        Drop us a line at hello@shop.example.
        Please get in touch with our team.
        Give us a ring on 0800 123 456.
        Pop into your local branch.
        You can track the status at status.example.com.
        Let us know if it happens again.
        Could you tell us which store this was?
        What's your booking reference?
        Which version are you on?
        Have you tried restarting the app?
        Try signing out and back in.
        You'll need to reinstall the app.
        Please update to 4.2.1.
        Please change your password.
        We recommend clearing your cache.
        You don't need to do anything.
        No action is required.
        Nothing for you to do.
        If you still see problems, open a ticket.
        If you are still affected, please contact support.
        If you have any questions, just reply to this email.
        Questions? Reply to this email.
        Feel free to reach out.
        Contact support if the problem persists.
        My direct line is 020 7946 0000.
        Ask for Maria at the front desk.
        Message us here and we'll take a look.
        Send over your tracking number and I'll look into it.
        We'd like to look into this, can you send your details over?
        Click the link below to chat with us.
        Your case number is 48213.
        Fill in this form and we'll get back to you.
        To claim, send us your ticket.
        You can claim a refund online.
        More info here: https://example.com/help
        Follow along at https://status.example.com
        Speak to any member of staff.
        Keep an eye on our status page.
        Would you mind sending us a photo?
        Mind sharing a screenshot?
        Pls send us your account email.
        Please bear with us and check back in an hour.
        Please leave your bin out.
        Please keep your receipts.
        Users should rotate their API keys.
        You can work around this by using the web version.
        As a workaround, use the old link.
    """,
    "regret": """
        So sorry!
        Sorry about that.
        Sorry for the hassle.
        Our bad, sorry.
        We're very sorry for the trouble.
        Apologies!
        Many apologies.
        We apologize for the disruption.
        We do apologise.
        My sincere apologies.
        Our sincerest apologies to everyone affected.
        Please forgive us.
        We regret the error.
        I'm so sorry, Kate.
        We feel awful about this.
        I want to apologise personally.
        We apologise unreservedly.
        We can't apologise enough.
        We're sorry we let you down.
        We owe you an apology.
        Again, apologies for this.
        I'd like to say sorry.
        Oh no, sorry!
    """,
}
