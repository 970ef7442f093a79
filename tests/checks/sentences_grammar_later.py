"""English sentences of two later rounds, of which the rows found six in ten when each was new."""

from __future__ import annotations

SAYS: dict[str, str] = {
    "ack": """
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
        We're investigating elevated errors in Pages.
        Codespaces is experiencing degraded availability.
        Git operations are slow for some users.
        The incident affecting payments is now over.
        Our SMS gateway went down at 11:14.
        Search indexing fell behind.
        Attachments are not rendering.
        Your cab never came.
        The gift card you bought didn't work.
        We've overcooked your steak.
        The booking page showed the wrong prices.
        I'm sorry your call was cut off.
        So sorry you missed your connection!
        Sorry the queue was so long.
        Sorry for sending you in circles.
        Sorry about the mess with your invoice.
        We can see there's an outage in your area.
        The chairs arrived scratched.
        Your meter reading was entered wrongly.
        The exam paper contained a mistake.
        A pipe burst in the building.
        Streaming quality dropped last night.
        An unauthorised person logged in to one of our servers.
        Our phones have been ringing unanswered today.
        The build farm lost power.
        Nine of our ten workers were idle because of a bug.
        The mobile site redirects in a loop.
        Deliveries to Wales are running a day behind.
        Heads up: image uploads are failing right now.
        We are dealing with a major incident.
        The portal has been unstable since the morning.
        The chair we sent has a loose leg.
        Our cleaner missed your flat on Tuesday.
        Your complaint sat in the wrong inbox for a month.
        We closed the desk an hour before we said we would.
        Sorry, we mixed up your order with your neighbour's.
        Sorry to anyone who couldn't get through.
        Sorry about the false alarm last night.
        Some links in our last mail led nowhere.
        Your broadband has dropped out three times this week.
        The match stream cut out in the second half.
        There were long queues at the bar and we ran out of cups.
        We got your name wrong.
        Booking confirmations were sent without dates.
        The video froze for many viewers.
        Our system shows your payment twice.
    """,
    "impact": """
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
        Roughly 400 customers could not reach us.
        Some actions runs were delayed by 20 minutes.
        6% of API calls failed.
        New repositories could not be created.
        Users reported being logged out every few minutes.
        Your standing order was paid late and you were charged a fee.
        Guests slept in the lobby.
        People arrived to find the doors shut.
        Kids went without lunch.
        You've had no hot water since Friday.
        We kept you on hold for an hour.
        You paid for express and got standard.
        Drivers were sent to the wrong address.
        Anyone who updated on Tuesday lost their saved games.
        Some reports were missing rows.
        No alerts were sent while the queue was stuck.
        It left many of you unable to work.
        The mistake cost you your seat.
        Your medical notes were sent to another patient.
        Doctors could not open patient files.
        Riders were dropped a mile from their stop.
        Orders placed between noon and one were not confirmed.
        You were asked to pay again.
        Tens of thousands of calls went unanswered.
        Half of you did not get your tickets in time.
        The outage lasted four hours and no one could work.
        Sellers lost a day of sales.
        You went home without your medicine.
        Some accounts were closed without warning.
        For some of you the picture was black.
        Your bank may have charged you for the failed payment.
        Webhooks were delivered twice, so some of your customers got two mails.
        You have had to explain this to three different people.
    """,
    "explanation": """
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
        This incident was caused by a network partition between two data centres.
        The alerts were silenced during the migration and never switched back on.
        We merged two lists and kept the wrong one.
        A junior colleague used an old price list.
        The contractor drilled through a pipe.
        The truck was held at the border.
        An overnight job was still running when the shop opened.
        We switched suppliers and the first batch was bad.
        It happened because nobody had been told about the bank holiday.
        A software vendor pushed a broken update.
        The upgrade left the cache cold.
        A single bad record stopped the import.
        Traffic from a TV mention took the site down.
        Our oven failed at noon.
        The signal box lost power.
        The key person was on leave and nobody covered.
        The retry logic multiplied the load.
        DNS for the old host was removed too early.
        The bug was in code that only runs in leap years.
        The timetable change was loaded with the wrong date.
        The new rota left the front desk empty for two hours.
        A rule meant for spam caught your mails.
        One of the pallets was loaded on the wrong lorry.
        The change was made to save time and nobody thought of the weekend.
        An old phone number was still in the script.
        We had more bookings than beds.
        The oven timer had been set an hour late.
        Two systems disagreed about the time zone.
        Our landlord cut the power for repairs.
        The database ran out of space at 02:00.
        It was a copy-and-paste error.
        The failure began in a part we buy from outside.
        A user uploaded a file that was far too big for our parser.
        Ice on the overhead line stopped all trains.
        The root of the problem is that both jobs write to the same table.
    """,
    "fix": """
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
        We have re-run the import.
        The certificate has been renewed.
        The fix is live.
        We've added more nodes.
        We're gradually bringing traffic back.
        Queues have drained and jobs run normally.
        Your money will be back in your account tomorrow.
        We've put it right.
        I've had the room cleaned.
        We've found you another flight.
        The driver is coming back with the missing bag.
        I've sorted it for you.
        This has now been sorted.
        We've got a plumber coming at two.
        Staff have been handing out water.
        Engineers are replacing the cable now.
        The leak has been stopped.
        We've taken down the post.
        The error on the page has been amended.
        The police have been told.
        We've hotfixed the app; version 5.1.1 is in the stores.
        We are paying the fee for you.
        The missing invoices went out today.
        I've made a note and reset your password.
        Extra trains are running this evening.
        We called everyone on the list this morning.
        The desk is staffed again.
        I've moved your case to the top of the pile.
        We've ordered more cups for tonight.
        Our editor has reprinted the two pages and they are in today's issue.
        We've laid on a coach for those who missed it.
        The false charge will disappear from your statement by Friday.
        We've lifted the block on your account.
        We are calling each patient today.
        A second team is clearing the snow.
        The faulty lamps are being collected.
        We stopped the script and deleted the extra copies.
        We've given every viewer a replay link.
        The leg will be replaced this week.
        Power was back by four.
        Our baker made a new cake and it's on the way to you.
    """,
    "prevention": """
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
        From Monday each order is weighed before it leaves.
        We've put a guard on that button.
        Price lists now carry an expiry date.
        We're adding a second phone line.
        We will never again rely on one supplier.
        We've built a tool that compares the two lists every night.
        The job can no longer overlap with opening hours.
        We've doubled staffing on Saturdays.
        We have made the warning impossible to miss.
        We're changing our release day to Tuesday.
        An alert fires when a queue is older than five minutes.
        Cover is now arranged for all leave.
        We've given drivers a direct number to call.
        We've made flat numbers a required part of our tests.
        We are taking the old host out of rotation first in future.
        We now test every import with last month's file.
        We've agreed new rules with the contractor.
        We have set a limit on tickets per show.
        Two people will be on the desk at all times.
        Allergy notes are now printed in red at the top.
        The spam rule has been narrowed.
        We've moved the deadline so that stock is counted first.
        Each pallet gets a second label now.
        Our script no longer holds phone numbers.
        Uploads are now limited to 20 MB.
        The power company must now warn us a week ahead.
        We will hold a drill every spring.
        All times are now stored in one zone.
        We have asked the supplier to test each part.
        Next year we'll open a second bar.
    """,
    "contact": """
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
        Could you share your order number via DM?
        Send us a private message with your details.
        Please follow and DM us.
        Check your inbox, we've just written to you.
        You can reach our team on live chat.
        Our lines are open till nine: 0345 600 0000.
        Please ask a member of staff for a voucher.
        Hop on chat and we'll sort it.
        Any questions, give me a shout on 07700 900000.
        Please quote ref 4471.
        Please keep hold of your ticket.
        Please switch to the backup endpoint.
        Restart your router and let us know.
        Do you get the same in another browser?
        Would you be able to send a picture?
        To get your refund, show your receipt at the desk.
        Use this form: https://example.com/form
        Your next step is to pick a new date.
        You can check your account here.
        Ring the desk and ask for Lee.
        Write to ombudsman@example.org if you are not happy.
        Could you confirm the postcode?
        Can I take your booking number?
        Where did you buy it?
        Please keep an eye on your statement.
        Let me know a good time to call.
        Come to gate B and show this mail.
        Feel free to call my mobile, 07700 900123.
        Our help page has the steps: https://example.com/h
        Please ignore the second mail.
        You can throw the old one away.
        You can collect your refund at any counter.
    """,
}
