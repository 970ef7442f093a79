"""English sentences of our own: what says an element (`yes`) and what only looks like it (`no`)."""

from __future__ import annotations

ELEMENTS: dict[str, dict[str, str]] = {
    "ack": {
        "yes": """
            Your suitcase did not make it onto the plane.
            The wrong dish was brought to your table twice.
            On 4 June our payment page was down for three hours.
            We billed you twice in April.
            I am sorry for the delay.
            Sorry about the broken vase in your parcel.
            Our mail servers were unreachable between 06:00 and 07:30 UTC.
            You were overcharged by 12 pounds.
            We are investigating elevated error rates on the upload endpoint.
            Some users are unable to sign in.
            We are aware of a problem with incoming calls.
            Your refund has not been paid yet.
            We sent your statement to another household.
            The concert was cancelled two hours before the doors opened.
            An outage of our phone lines began at noon.
            I apologise for the late reply to your letter.
            We lost your application form.
            We published your telephone number without asking you.
            Delivery slots were sold twice on Saturday.
            Dashboards are loading slowly for customers in Asia.
        """,
        "no": """
            We write to you about something that came up.
            Things did not go the way we hoped.
            Thank you for your patience.
            A number of people may have seen something unusual.
            Your feedback has reached us.
            We are sorry about this.
            Something went on with a part of our platform.
        """,
    },
    "regret": {
        "yes": """
            We are truly sorry that the boiler broke again.
            I'm so sorry about the mix-up.
            My sincere apologies for the wrong invoice.
            We apologize for the noise.
            We want to apologise to every one of you.
            Please accept my apologies.
            Our apologies for the downtime last night.
            Sorry for the wait!
            Apologies, we misread your note.
            We deeply regret losing your file.
            I owe you an apology.
            For this we are very sorry.
            Please forgive us for the mistake.
            I'd like to apologize for how long this took.
            We sincerely apologise that nobody called you.
            We are sorry we kept you waiting.
        """,
        "no": """
            We're sorry to hear about your trip.
            Sorry to see you go through this.
            Regrettably the shop is closed.
            We regret to inform you of higher fees in May.
            You do not have to apologise to us.
            I'm sorry you feel let down by us.
            Apologies for the length of this letter.
        """,
    },
    "responsibility": {
        "yes": """
            We gave you the wrong key.
            I forgot to send the contract.
            The blame is ours alone.
            That was our error, not yours.
            We failed to check the date.
            We should have called you first.
            We take full responsibility for the missing pages.
            We let you down.
            Our team deployed a faulty configuration.
            We did not test the backup.
            A bug in our software doubled the amounts.
            I missed your message.
            We accidentally deleted your album.
            We made a mistake when we booked the room.
            The fault lies with us.
        """,
        "no": """
            We are responsible for the water of nine towns.
            It is our duty to inform you.
            Errors were made along the way.
            We own three warehouses.
            Safety is everyone's responsibility.
            Our customers come first.
        """,
    },
    "empathy": {
        "yes": """
            We know how stressful it is to stand at the gate without a ticket.
            It must have been frightening to see money vanish from your account.
            Having to call four times is exhausting.
            You had been looking forward to this evening for months.
            I can imagine how upsetting it was to find the cage empty.
            You are right to be annoyed.
            Nobody should have to wait five hours in the cold.
            I completely understand why you are angry about the second delay.
            Losing photos of your children hurts.
        """,
        "no": """
            We understand any frustration.
            We understand how important reliable service is.
            Your happiness matters to us.
            We hear you.
            We understand that orders can be late.
        """,
    },
    "impact": {
        "yes": """
            You could not pay at the till.
            You missed your connection in Lyon.
            Customers were unable to log in for two hours.
            Some users saw a blank page instead of their files.
            You had to drive home and come back.
            Your messages were delayed by up to an hour.
            This prevented shops from printing labels.
            You paid 30 francs too much.
            As a result your heating was off overnight.
            Subscribers received the same letter five times.
            Requests from your applications were failing.
            You stood in line for ninety minutes.
            Agents cannot hear their callers.
            Your order was lost because of us.
        """,
        "no": """
            We regret any trouble.
            The disk was full.
            Our team worked through the night.
            The queue held two million entries.
            It hurt our good name.
        """,
    },
    "explanation": {
        "yes": """
            A clerk mistyped the account number.
            The pump failed because a seal was worn out.
            This was caused by an expired certificate.
            A configuration change sent traffic to the wrong region.
            The root cause was a full disk on the main database.
            Due to a bug in the import, prices were read twice.
            We had planned for forty guests and ninety came.
            The outage was the result of a failed power supply.
            One of our routers restarted again and again.
            Two letters were put into one envelope by the machine.
            The update removed an index, which made every query slow.
            The driver scanned the parcel but left it in the van.
        """,
        "no": """
            We are looking into what happened.
            The reason is not known yet.
            For operational reasons the ferry does not run.
            An unknown error came up.
            We know the root cause now.
            Owing to unforeseen circumstances the shop is shut.
        """,
    },
    "fix": {
        "yes": """
            We have sent you a new key by courier.
            The extra charge has been reversed.
            I have booked you on the next flight.
            Service is restored.
            The issue has been resolved.
            We rolled back the release at 11:20.
            Engineers are replacing the broken router.
            We are repairing the damaged fence this week.
            All systems are working normally again.
            A patch is being installed on every server.
            We have corrected your bill.
            Our team is working on a fix.
            We are refunding the fee today.
            I have asked the bank to cancel the second debit.
            We have reset your password and closed the hole.
        """,
        "no": """
            We do all that we can.
            We passed your comments on.
            We always try to do better.
            Please switch the device off and on.
            We value your trust.
        """,
    },
    "prevention": {
        "yes": """
            From next week two people check each label.
            We have added an alert for full disks.
            In future every change is tried on a copy first.
            We no longer use this courier.
            To prevent this from recurring, we are splitting the database in two.
            We will add more servers before the sale.
            Our drivers now carry a spare scanner.
            We have changed our process so that invoices are compared before they are sent.
            We are improving our monitoring so that we notice sooner.
            The release checklist has a new step for old phones.
            We plan to replicate all files to a second site.
            We have trained the whole night shift on the new form.
        """,
        "no": """
            This will not happen to you again.
            We learn from every mistake.
            We promise to improve.
            We work on our quality all year.
            We hope it stays the only time.
        """,
    },
    "makegood": {
        "yes": """
            We have refunded your delivery fee.
            You get the next month free of charge.
            A replacement leaves for you today.
            We will reimburse your taxi.
            We have added a credit of 10 dollars to your account.
            Please accept this voucher for 20 euro.
            We are sending you a new pair at no cost.
            Your next visit is on us.
            We will cover the late fee from your bank.
            We have extended your subscription by two weeks.
            We can offer you a full refund.
        """,
        "no": """
            Refunds are governed by our terms.
            Get a free trial today.
            Our prices are fair.
            You might be entitled to a refund.
            Shipping is free above 40 euro.
        """,
    },
    "dated": {
        "yes": """
            Your money arrives by 12 May.
            We will call you on Monday at three.
            The next update follows at 15:30 UTC.
            The parcel reaches you tomorrow.
            We will pay it back within ten working days.
            I will write again before noon on Friday.
            Expect the replacement on 3 July.
            We will post an update in 30 minutes.
            The repair will be finished tonight.
            Next update by 6 pm.
        """,
        "no": """
            The fire broke out on 12 May.
            Please reply within ten days.
            We will tell you soon.
            We have been here since 1970.
            The office is open from nine to five.
            On Monday at three the server stopped.
        """,
    },
    "contact": {
        "yes": """
            Reply to this letter and I will read it myself.
            Call us on 0800 555 010.
            You need to do nothing.
            Write to claims@example.com.
            If you have any questions, please get in touch with our team.
            Your contact is Ms Okoro, extension 14.
            Please let us know which colour you want.
            Could you tell us your order number?
            Please reach us by chat.
            No action is required on your part.
            Send us a direct message with the details.
            Details are on our status page: https://status.example.com
            Quote reference 77-1 when you ring.
        """,
        "no": """
            Visit our shop for new hats.
            Follow us for more.
            Do not reply to this message.
            Our terms answer every question.
            Thank you for getting in touch.
        """,
    },
}
