"""English sentences of our own: what shows a fault (`yes`) and what only looks like it (`no`)."""

from __future__ import annotations

FAULTS: dict[str, dict[str, str]] = {
    "conditional": {
        "yes": """
            We are sorry if you were upset.
            I apologise if anyone felt left out.
            We regret the confusion this might have caused.
            Sorry for any trouble you may have experienced.
            Should this have caused you problems, we are sorry.
            If we have offended you, please accept our apologies.
            Our apologies to those who may have been affected.
            We apologize for any downtime that this could have caused.
            We understand the disruption this may cause.
            If this has inconvenienced you, we apologise.
        """,
        "no": """
            We are sorry. If you want your money back, write to me.
            If your seat is taken, call the steward.
            You may have read about the outage.
            If it breaks again, we replace it.
            I am sorry for the delay. Let me know if it does not arrive by Friday.
            We do not know if the file was opened.
            We apologise for the delay, and if you prefer a refund you get it.
        """,
    },
    "any_inconvenience": {
        "yes": """
            We apologise for any inconvenience.
            Sorry about the inconvenience.
            We regret any trouble or confusion.
            Apologies for the inconvenience this has caused.
            We are sorry for the inconveniences.
            Thanks, and sorry for any disruption caused.
            We understand the inconvenience.
            Our apologies for inconvenience caused.
            We apologise for any frustration this led to.
        """,
        "no": """
            Bringing it back would be inconvenient, so we come to you.
            The shop sells convenience food.
            You had the trouble of three visits and 50 euro of taxi fares.
            To call three days without heat an inconvenience is wrong.
            The confusion arose from two forms with one name.
        """,
    },
    "sympathy_only": {
        "yes": """
            Sorry to hear that.
            We're sorry to learn of your experience.
            I'm sorry you feel we did not listen.
            We are sorry that you are unhappy.
            We regret that some visitors felt unwelcome.
            Sad to see this.
            I am sorry to know about the problem.
            Sorry that you're disappointed.
        """,
        "no": """
            We are sorry that we let you wait.
            I am sorry your bike came without pedals.
            I felt sorry for what I did.
            We were sorry to hear of the death of your father; the account is closed as you asked.
            We are sorry you had to wait.
        """,
    },
    "passive_evasion": {
        "yes": """
            Mistakes were made.
            An error occurred in the booking of your room.
            Your file was sent to the wrong person.
            It was decided to close your account.
            The wrong amount was debited.
            Your order was cancelled in error.
            Your appointment was overlooked.
        """,
        "no": """
            Your coat was stolen from our cloakroom, which we had left open.
            The fee was refunded on Monday.
            The road was closed by the council.
            We cancelled your order in error.
            The service was restored at nine.
        """,
    },
    "blame_third_party": {
        "yes": """
            The delay is the fault of our courier.
            This was caused by an outage at our hosting provider.
            Our supplier failed to deliver in time.
            The problem lies with your bank.
            Due to our payment partner, your card was charged twice.
            Please take this up with the airline.
            The airport is to blame for the queue.
            The bus company let us down.
            It is an issue on the side of your mail provider.
        """,
        "no": """
            The courier lost it, but you paid us, so we send a new one.
            Our provider failed; we should have had a second one.
            Fog closed the airport; we had no plan.
            We chose this supplier, and that choice was wrong.
            The police asked that we hold this letter back.
        """,
    },
    "blame_customer": {
        "yes": """
            You should have read the manual.
            Did you enter the wrong address?
            If you had told us earlier, we could have helped.
            Too many of you logged in at once.
            You did not follow the instructions.
            The problem was caused by users who ignored the notice.
            You failed to confirm the booking.
        """,
        "no": """
            You told us, and we forgot.
            You did everything right.
            Please check the new date.
            You should have heard from us on Monday.
            You did not receive the letter.
        """,
    },
    "excuse": {
        "yes": """
            This was beyond our control.
            It was not our intention to mislead anyone.
            We never meant to upset you.
            Such things can happen.
            We are only a small shop.
            In twenty years this has never happened before.
            We did our best under the circumstances.
            Due to unforeseen circumstances the show is off.
            Nobody could have foreseen this.
        """,
        "no": """
            There is no excuse for this.
            We meant to write on Monday and forgot.
            We ran out of bread because we baked too little.
            Snow blocked the road, so we sent the parcel by train.
            It happened because we skipped a test.
        """,
    },
    "minimising": {
        "yes": """
            A small number of accounts were hit by a minor glitch.
            Only a handful of guests had to wait.
            There was a brief interruption.
            It was just a little bug.
            The impact was minimal.
            There is no cause for concern.
            It affected a small subset of users.
            We are sorry for the slight delay.
        """,
        "no": """
            206 accounts were hit.
            The break lasted nine minutes.
            Only you can choose the date.
            The small lamp was broken.
            The only way to repair it is to open it.
        """,
    },
    "over_promise": {
        "yes": """
            We promise that this will never happen again.
            It won't happen again.
            We guarantee that there will be no more mistakes.
            Your money is 100% safe with us.
            You will never wait again.
            There will not be any more interruptions.
        """,
        "no": """
            I cannot promise that it never happens again.
            A thing like this should never happen.
            We guarantee delivery by Friday.
            We work hard so that it never comes back.
            If it happens again, you get a month free.
        """,
    },
    "legalistic": {
        "yes": """
            There is no evidence that anybody used the list.
            In an abundance of caution, we write to you.
            This is offered without admission of fault.
            The alleged damage is being reviewed.
            We acted in accordance with our conditions.
            No card was used, to the best of my knowledge.
            We have no indication of misuse.
        """,
        "no": """
            By law you have two years to complain.
            Somebody copied your address, and we do not know why.
            The contract says noon, and we came at six.
            You can turn to the ombudsman.
            We told the authority on Tuesday.
        """,
    },
    "boilerplate": {
        "yes": """
            Your safety is our top priority.
            We take your privacy very seriously.
            Rest assured we are on it.
            You are a valued customer.
            We value your loyalty.
            We strive to provide the best service.
            We are committed to your satisfaction.
            We are taking all necessary measures.
            We aim for the highest standards.
            This is not the service we want to give.
            We value your business.
        """,
        "no": """
            The priority today is water for the hospital.
            You were seriously ill because of our food.
            We stopped the line until every bottle was checked.
            You deserved an answer from us.
            Please rest at home; we come to you.
        """,
    },
    "jargon": {
        "yes": """
            The LB dropped packets after the BGP flap.
            A deadlock in the message queue starved the worker threads.
            The DB replica lagged behind the primary shard.
            We rolled the k8s pods.
            Your SKU is OOS.
        """,
        "no": """
            One of our computers stopped.
            The part was out of stock.
            The app lost your draft.
            Your bank said no to the payment.
        """,
    },
    "self_promotion": {
        "yes": """
            Discover our new autumn menu!
            We are proud of our 40 years of quality.
            Why not try our Gold plan?
            As the market leader we set the standard.
            We have won many awards.
            Check out our new app.
            Subscribe to our newsletter for offers.
        """,
        "no": """
            Your next meal is free.
            Gold customers waited too.
            The new menu is late.
            Our record this year is poor.
            You may buy it elsewhere and we pay the difference.
        """,
    },
    "work_pushed": {
        "yes": """
            Please fill out the claim form on our site.
            Kindly report this to the help desk.
            You must contact your bank yourself.
            Please check our website for news.
            Submit your complaint through the portal.
            To get your money back, send us the receipt.
            Please call the airline.
        """,
        "no": """
            You need not fill in anything.
            Tell us which day suits you.
            Please choose a new password.
            We filed the claim for you.
            Keep the broken cup.
        """,
    },
    "vague_time": {
        "yes": """
            We will be in touch soon.
            Your parcel leaves shortly.
            We are fixing it as quickly as possible.
            You will hear from us in the next few days.
            We'll keep you updated.
            The fix comes in a later version.
            The money will be returned in due time.
            We hope to have this solved in the near future.
            We will update you once we know more.
            Service will be back ASAP.
        """,
        "no": """
            We will write by noon.
            Soon after the call we came.
            We repaired it as soon as we had the part, on Monday.
            The next news comes at 17:00.
            In the next few days you get two letters: on 3 May and 5 May.
        """,
    },
    "placeholder": {
        "yes": """
            Dear {{ name }},
            Hello [FIRST NAME],
            Your parcel %ORDER_ID% is late.
            Dear <Customer Name>,
            We pay back XX dollars.
            Hello , we are sorry.
            TODO write the reason here.
        """,
        "no": """
            Choose [Cancel] to stop.
            The code is THANKS5.
            The shirt is an XXL.
            The screen shows {total}, which was our bug.
        """,
    },
    "wrong_person_or_detail": {
        "yes": """
            Your stay on 30 February was cancelled.
            The train on 31 June was late.
            Your table at 25:10 was double booked.
        """,
        "no": """
            Your stay on 28 February was cancelled.
            The train on 30 June was late.
            Order 10 stands in for order 11.
        """,
    },
    "shouting": {
        "yes": """
            We are VERY sorry.
            We did NOT do this.
            READ THIS LETTER BEFORE YOU CALL.
            We are sorry!!!
            You MUST reply.
        """,
        "no": """
            Your BIC is needed.
            The FAQ and the PDF are wrong.
            Use code HELLO5.
            Happy birthday!
        """,
    },
    "off_tone": {
        "yes": """
            Oopsie! We broke it.
            We are thrilled to announce that the lights are back on.
            Nobody made you buy it.
            Our gremlins had a party in the server room.
            Your review broke my heart.
            Whoops, wrong parcel!
        """,
        "no": """
            We are glad that nobody was hurt.
            It was a stupid mistake that cost you Monday.
            Thank you for your kind words.
            You are welcome to laugh at our sign.
        """,
    },
}
