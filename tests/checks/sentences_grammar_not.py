"""English sentences that look as if they said an element, and do not."""

from __future__ import annotations

SAYS_NOT: dict[str, str] = {
    "ack": """
        Thanks for reaching out!
        We're here to help.
        We will perform scheduled maintenance on Sunday.
        Your order has been shipped.
        Please contact us if you experience any issues.
        We understand your concern.
        We'd hate for you to have a bad experience.
        Let us know if there's anything else.
        We're always working to improve our service.
        We are investigating.
        If your parcel does not arrive, call us.
        Sorry for the inconvenience.
        I'm sorry about this experience.
        Thanks for your patience while we looked into this.
        We take complaints seriously.
        We'll pass on your feedback.
        We're sorry you feel that way.
        No downtime is expected.
        All systems are operational.
        We have released a new version.
        Your appointment is confirmed.
        Our office hours are nine to five.
        We love hearing from you.
        I hope this answers your question.
        You can cancel at any time.
        Our team works hard for you.
        Please let us know the order number.
        The new feature is now live.
        All our agents are friendly.
        We hope you enjoy the show.
        Refunds take five days.
        We value your business.
        We're looking into this for you.
        Is there an error message?
        What happens when you restart it?
        We're glad you like the new menu.
        We will close early on Friday.
        Your feedback helps us improve.
        Is anything else we can do?
        We would be happy to help you.
        Our engineers know the system well.
        We have three branches in Leeds.
        Thanks for your patience.
        Glad to hear it's working.
        We have received your request.
        We've replied to your DM.
        We'll take a look.
        Have a great day!
        Your voucher is attached.
        How can we help?
        We've added dark mode.
        Your next bill is due in May.
        Here is your ticket.
        We would love to hear from you.
        Our new shop opens on Friday.
    """,
    "impact": """
        We are investigating an issue with logins.
        Your refund is on its way.
        You can now log in again.
        No customer data was affected.
        We will let customers know.
        The server crashed at noon.
        We apologise to all customers.
        The team is working on a fix.
        Thank you to the users who reported this.
        You should not notice any change.
        If you cannot log in, reset your password.
        This prevents the bug from coming back.
        You should be able to log in now.
        Please let us know if you experience any further issues.
        We could not find your order.
        We are sorry for the delay.
        We take your privacy seriously.
        Customers love our new app.
        Users can now sign in with a passkey.
        You should have received an email.
        You will receive a refund.
        Our team has been working all night.
        We have heard from many customers.
        Thanks to everyone who wrote to us.
        You were right to tell us.
        We have told all affected customers.
        You have three options.
        People often ask us about delivery.
        Your order is on its way.
        We're sorry about the mix-up.
        A switch failed in our data centre.
        Customers can pay by card.
        We told customers about the change.
        Please accept our apologies for the late delivery.
        Our engineers could not find the fault.
        The team had to rebuild the server.
        Users of the beta can try it now.
        We have seen your message.
        We found the bug.
        We have restored the service.
        Our engineers worked all night.
        We'd like to thank customers for their patience.
        Please restart the app.
        Users with questions can write to us.
        We sent a letter to all tenants.
        Guests love our breakfast.
        Our drivers work in shifts.
        You asked us about fees.
    """,
    "explanation": """
        We are investigating the cause.
        We have identified the cause and are working on a fix.
        Thank you for reaching out because we value your feedback.
        Due to unforeseen circumstances we are closed.
        We don't know what caused it yet.
        We apologise for any inconvenience caused.
        We will let you know as soon as we know more.
        Your order is being processed.
        We're sorry for the disruption caused by this.
        We have fixed the problem.
        Please check whether your app is up to date.
        We will explain what happened soon.
        You asked why this happened.
        We will find out what went wrong.
        We do not know why yet.
        This should not have happened.
        We are sorry that it took so long.
        We made a mistake.
        Something went wrong.
        Your order is delayed.
        We have refunded you.
        Our systems are back.
        We will investigate and report.
        We are working to find the cause.
        Our engineers found the fault and fixed it.
        The new server is faster.
        Our shop in Leeds has moved.
        We took the page down.
        We have sent you a new key.
        The update is now available.
        Your ticket was sent to the team.
        We've switched to recycled paper.
        We're checking the logs.
        Please check your logs.
        I have passed this on.
        We have sent a driver.
        We're closed on Mondays.
        The team is aware.
        We moved to a new office in May.
        Our driver will be with you at noon.
        The team changed the sheets.
        We ordered more stock.
        A new version was released today.
    """,
    "fix": """
        We will do our best.
        We are investigating.
        We are looking into it.
        We're aware of the issue.
        Please try again later.
        We'll pass on your feedback to the team.
        Once this is fixed we will let you know.
        We hope to have news soon.
        Thank you for your patience.
        You can fix this by restarting.
        We're working hard to improve.
        We will keep you updated.
        We appreciate your feedback.
        Please send us a DM so we can help.
        I can look into this for you.
        We want to make this right.
        We would like to help.
        We'll be in touch.
        Please contact the courier.
        I understand your frustration.
        We apologise for the outage.
        We value your feedback and will share it.
        We are gathering more information.
        The server failed at noon.
        Our site was down.
        We are discussing next steps.
        You can request a refund.
        Could you send me the details?
        We will look at it tomorrow.
        We have received your message.
        We understand your concerns.
        I will ask my colleague.
        We are here for you.
        Thank you for letting us know.
        The site was slow on Monday.
        We are sorry that we sent the wrong size.
        Please fix your address in the app.
        We're aware.
        Could you tell us more?
        We're sorry you had to wait.
        We'd be happy to take a look.
        Please restart the app.
        We noted your comments.
        The problem began at noon.
        We met on Monday.
        Our team read your letter.
        We talked about it.
        I know how you feel.
    """,
    "prevention": """
        We will do better.
        We are sorry and it won't happen again.
        We have deployed a fix.
        We take security very seriously.
        We are monitoring the situation.
        We will continue to monitor.
        We're always improving.
        We added a new colour to our range.
        We've increased our prices.
        To avoid delays, please arrive early.
        To prevent this, please update your app.
        We will review your complaint.
        We are checking your account.
        We're testing the fix now.
        We hope this does not happen again.
        We have added your request to the list.
        We're reviewing the logs.
        We will learn from this.
        We want to do better next time.
        We are committed to quality.
        Your satisfaction is our priority.
        We have fixed the form.
        We restored the database from a backup.
        We have added your name to the list.
        Please check your settings.
        Our engineers reviewed the logs.
        We are adding the missing items to your order.
        We have increased your credit.
        We updated your address.
        We set up a new account for you.
        The check was sent to your bank.
        We now have a shop in Leeds.
        We now offer free returns.
        We are hiring.
        We have improved our menu.
        I have added a note to your account.
        The system is now working.
        We will check your order.
        We have moved you to a bigger room.
        The new version is now available.
        We have changed your password.
        Thanks for bearing with us.
        We'll keep you updated.
        We've fixed it.
        We've sent a new one.
        You can now log in.
        Your order is now on its way.
        We now know the cause.
        We'll work on it.
        We set up a call with you.
        We built our first shop in 1990.
        We've put you on the list.
        I've made a booking for you.
    """,
    "contact": """
        We will be in touch.
        We'll keep you posted.
        Thank you for contacting us.
        Thanks for getting in touch.
        We reached out to the provider.
        We apologise for the delay.
        Please accept our apologies.
        Please be patient.
        We are in contact with our supplier.
        The website is down.
        We sent a reply yesterday.
        We hope to see you again.
        Our systems are running again.
        We are sorry you had to call twice.
        We have asked the driver.
        You were charged twice.
        We called you on Monday.
        Our team will call you.
        We replied to your letter.
        It was our mistake.
        The form was wrong.
        We have contacted the courier.
        I will write to you tomorrow.
        We tried to call you.
        Our support team is working on it.
        We do hope you will come back.
        Please note that we are closed on Sunday.
        We'll look into it.
        We've fixed the page.
        We were too slow.
        We thank you for your call.
        I'm looking into this now.
        The desk closes at six.
        We wrote to you in May.
    """,
    "regret": """
        We're sorry to hear that.
        Sorry to hear you're having problems.
        We're sorry you feel that way.
        Unfortunately your order is delayed.
        No need to apologise!
        Sorry to see you go.
        We are sad to lose you.
        Thank you for your understanding.
    """,
}
