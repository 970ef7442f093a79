"""How the published cases are asked of the packs: which file and remedy, its facts, what a status means.

No figure stands here: what is owed comes from the policy files alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.packs.asking import Customer, Decision

from makegood.kit.money import exponent

Inputs = Mapping[str, Any]
Answer = dict[str, Any]
STATUS = {"owed": "payable", "nothing": "not_due", "undefined": "undefined_by_source", "hold": "needs_approval"}


def renamed(**names: str) -> Callable[[Inputs], dict[str, Any]]:
    """The case's inputs, some by the name that the pack gives them."""
    return lambda inputs: {names.get(word, word): value for word, value in inputs.items()}


def also(facts: Callable[[Inputs], dict[str, Any]] = dict, **more: Any) -> Callable[[Inputs], dict[str, Any]]:
    """With facts that the family itself says: its event, its currency."""
    return lambda inputs: {**facts(inputs), **more}


@dataclass(frozen=True)
class Family:
    """`pack` and the remedies that answer; `facts` makes facts of a case's inputs; `more` the fields beside amount,
    currency and status; `without` names inputs that the pack knows by itself."""

    pack: str
    remedies: tuple[str, ...]
    facts: Callable[[Inputs], dict[str, Any]] = dict
    more: Callable[[Decision], Answer] = lambda _decision: {}
    status: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()

    def customers(self, inputs: Inputs) -> list[Customer]:
        kept = {word: value for word, value in inputs.items() if word not in self.without}
        return [Customer(self.facts(kept))]

    def answer(self, decisions: Sequence[Decision]) -> Answer:
        """Of several remedies the one that is owed, else the first."""
        mine = [one for one in decisions if one.remedy in self.remedies]
        decision = next((one for one in mine if one.status == "owed"), mine[0])
        status = {**STATUS, **self.status}[decision.status]
        return {**paid(decision), "status": status, **self.more(decision)}


@dataclass(frozen=True)
class Chosen(Family):
    """The advertiser's choice is asked both ways: the amount is the credit's, the impressions those shown later."""

    def customers(self, inputs: Inputs) -> list[Customer]:
        return [Customer({**inputs, "wanted": wanted}) for wanted in self.remedies]

    def answer(self, decisions: Sequence[Decision]) -> Answer:
        shown, credited = (
            next(one for one in decisions if one.customer % 2 == index and one.remedy == remedy)
            for index, remedy in enumerate(self.remedies)
        )
        status = STATUS[shown.status]
        return {**paid(credited), "status": status, "make_good_impressions": shown.minor or 0}


@dataclass(frozen=True)
class Timed(Family):
    """No money: the answer is in a further result."""

    def answer(self, decisions: Sequence[Decision]) -> Answer:
        (decision,) = decisions
        return {"amount": None, "currency": None, "status": self.status[decision.status], **self.more(decision)}


def paid(decision: Decision) -> Answer:
    if decision.status == "undefined":
        return {"amount": None, "currency": decision.currency}
    minor = Decimal(decision.minor or 0)
    return {"amount": minor.scaleb(-exponent(decision.currency)), "currency": decision.currency}


def money(value: Mapping[str, Any]) -> Decimal:
    return Decimal(value["minor"]).scaleb(-exponent(value["currency"]))


def _error_rates(inputs: Inputs) -> dict[str, Any]:
    """The list of all intervals of the month, some bad."""
    bad = int(inputs["bad_intervals"])
    rates = [inputs["error_rate_bad"]] * bad + [0] * (int(inputs["intervals"]) - bad)
    return {"storage": "standard", "charges": inputs["charges"], "error_rates": rates}


def _form(decision: Decision) -> Answer:
    return {"remedy": decision.remedy if decision.status == "owed" else None}


CLOCKS = {
    "FCA DISP 1.5": "fca_summary_resolution",
    "FCA DISP 1.6 final response: end of eight weeks": "fca_final_response",
    "FCA DISP 1.6.2A PSD complaint: 15 business days": "fca_payment_complaint",
    "FCA DISP 1.6.2A exceptional: 35 business days": "fca_payment_complaint_exceptional",
    "PSRs 2017 reg 76(2)": "psr_unauthorised_refund",
    "Reg E new account: 20 business days": "reg_e_investigation_new_account",
    "Reg E: 90 calendar days (new account, POS, foreign)": "reg_e_extended_special",
    "Reg Z 1026.13(c)(2) outer limit: 90 days": "reg_z_resolved",
    "US DOT refund, card: 7 business days": "us_refund_card",
    "US DOT refund, other payment: 20 calendar days": "us_refund_other",
    "Ofcom automatic compensation payment: 30 calendar days": "ofcom_credit",
    "Ofgem supplier payment: 10 working days": "ofgem_supplier_payment",
    "Ofgem supplier payment": "ofgem_supplier_payment",
    "GSS flooding / supply payment: 20 working days": "gss_payment",
    "GDPR Art 33 across a month end": "gdpr_authority_told",
    "APPR: carrier answers a claim in 30 days": "appr_answer",
    "EU rail: one month from 31 January": "eu_rail_payment",
    "UK Delay Repay claim: 28 days after travel": "delay_repay_claim",
    "EU261 Art 8 reimbursement: seven days": "eu261_reimbursement",
}


def _clock(inputs: Inputs) -> dict[str, Any]:
    facts = {"clock": CLOCKS[inputs["clock"]], "holidays": inputs["holidays"]}
    if "T" in inputs["start"]:
        return {**facts, "started_at": f"{inputs['start']}:00+00:00"}
    return {**facts, "start": inputs["start"]}


def _deadline(decision: Decision) -> Answer:
    """The day, or the minute of a clock in hours; the term itself too, for the case says it as well."""
    day, moment = decision.also["deadline"], decision.also["deadline_at"]
    return {"deadline": day if day is not None else str(moment).replace(" ", "T")[:16]}


FAMILIES: dict[str, Family] = {
    "eu261": Family("eu261", ("compensation",)),
    "uk261": Family("uk261", ("compensation",)),
    "ca_appr_delay": Family("ca-appr", ("inconvenience_money",), also(event="delay")),
    "ca_appr_denied_boarding": Family("ca-appr", ("inconvenience_money",), also(event="denied_boarding")),
    "us_dbc": Family("us-denied-boarding", ("denied_boarding",)),
    "us_dbc_cap_uprate": Family(
        "uprating",
        ("uprated",),
        also(
            renamed(current_limit="figure", cpi_now="index_now", cpi_base="index_base", nearest="step"), currency="USD"
        ),
        lambda decision: {"double": money(decision.also["double"])},
    ),
    "us_dot_refund": Family("us-refund-fare", ("fare_back",)),
    "us_dot_bag_fee": Family("us-refund-bag-fee", ("bag_fee_back",)),
    "jetblue_2007": Family("jetblue-2007", ("voucher",)),
    "jetblue_later": Family("jetblue-later", ("credit",)),
    "br_anac_400": Family("br-anac-400", ("denied_boarding",)),
    "uk_delay_repay": Family("uk-delay-repay", ("delay_repay",), also(ticket_id="T1", leg="out")),
    "eu_rail_2021_782": Family("eu-rail", ("compensation",)),
    "sncf_g30": Family("sncf-g30", ("voucher", "transfer"), more=_form),
    "ofcom_autocomp": Family("ofcom-automatic-compensation", ("compensation",), without=frozenset({"holidays"})),
    "cpi_uprate": Family(
        "uprating",
        ("uprated",),
        also(renamed(previous="figure", cpi_percent="rise_percent", round_to="step"), currency="GBP"),
    ),
    "ofgem_restoration": Family("ofgem-restoration", ("payment",)),
    "ofgem_supplier": Family("ofgem-supplier", ("payment",)),
    "ofwat_gss_2025": Family("ofwat-gss-2025", ("payment",)),
    "round_nearest": Family("uprating", ("uprated",), also(renamed(value="figure", nearest="step"), currency="GBP")),
    "royal_mail_loss": Family("royal-mail-loss", ("loss",)),
    "sla_uptime_credit": Family("sla-credits", ("credit",), also(resource="r1")),
    "sla_downtime_credit": Family("sla-credits", ("credit",), also(resource="r1")),
    "s3_error_rate_credit": Family("sla-error-rates", ("credit",), _error_rates),
    "slack_multiple_credit": Family("slack-credit", ("credit",)),
    "simple_interest": Family("simple-interest", ("interest",), also(currency="GBP")),
    "fos_award_cap": Family("fos-award-limit", ("award",)),
    "us_reg_z_card": Family(
        "us-reg-z-card",
        ("refund",),
        more=lambda decision: {"consumer_liability": money(decision.also["liability"])},
    ),
    "uk_late_payment_fixed": Family("uk-late-payment", ("fixed_sum",)),
    "uk_late_payment_interest": Family("uk-late-payment", ("interest",)),
    "authority_limit": Family(
        "authority-limit", ("gesture",), renamed(limit="authority"), status={"owed": "auto_approve"}
    ),
    "ad_make_good": Chosen("ad-make-good", ("impressions", "credit")),
    "clock": Timed("clocks", ("clock",), _clock, _deadline, {"nothing": "deadline"}),
    "elapsed_minutes": Timed(
        "elapsed-minutes",
        ("elapsed",),
        renamed(start="started_at", end="ended_at"),
        lambda decision: {"minutes": int(decision.also["minutes"])},
        {"nothing": "fact"},
    ),
}
# Totals over rows: the same rules over several rows of one customer.
PARTIES = {"eu261": Family("eu261-party", ("compensation",), without=frozenset({"passengers"}))}


def rows_of(inputs: Inputs) -> tuple[Family, Customer]:
    """The customer of an `aggregate` case, and the family that answers for it."""
    family = PARTIES.get(inputs["of"], FAMILIES[inputs["of"]])
    rows: Iterable[Inputs] = inputs["rows"]
    own = [{word: value for word, value in row.items() if word not in family.without} for row in rows]
    return family, Customer({}, [{**family.facts(row), **row} for row in own])
