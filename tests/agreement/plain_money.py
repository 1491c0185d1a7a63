"""What cuts money, in the naive resolver: cover, net, bound, limit."""

from collections.abc import Iterable

from amends.domain.action import Scope
from amends.domain.action_kinds import ActionKind
from amends.domain.decision import Effect, Step
from amends.domain.money import Money
from amends.domain.situation import Granted, Situation
from amends.packs.model import Limit
from tests.agreement.plain_amounts import case_currency, price
from tests.agreement.plain_candidates import bounds_lacking
from tests.agreement.plain_model import SAID, Case, Draft


def said(drafts: Iterable[Draft]) -> list[Draft]:
    """In the order of saying; within a kind in deciding order, and of one group the honest referral first."""
    return sorted(
        drafts,
        key=lambda draft: (SAID.index(draft.kind), draft.group, not draft.is_not_a_fit, draft.place),
    )


def covered_by(draft: Draft) -> tuple[str, ...]:
    """The kinds that an entitlement covers; without an amount it covers nothing."""
    return () if draft.proposal.amount is None else _covers(draft)


def _covers(draft: Draft) -> tuple[str, ...]:
    covers = draft.parameter("covers")
    return covers if isinstance(covers, tuple) else ()


def _cut(case: Case, draft: Draft, units: int, *, step: Step, by: str) -> bool:
    """Take so much off; False if nothing is left.

    Of an open floor the unknown part stands, and what was given in part is then wholly given.
    """
    assert draft.amount is not None
    before = draft.amount
    rest = before.minor_units - units
    nothing = before.with_units(0)
    if rest:
        draft.amount = before.with_units(rest)
        case.adjust(step, Effect.CHANGED, draft, by=by, before=before, after=draft.amount)
        return True
    draft.amount = None
    if draft.open:
        case.adjust(step, Effect.CHANGED, draft, by=by, before=before, after=nothing)
        return True
    if draft.granted is not None and step is not Step.COVER:
        draft.already_given = True
        case.adjust(step, Effect.CHANGED, draft, by=by, before=before, after=nothing)
        return True
    case.adjust(step, Effect.REMOVED, draft, by=by, before=before, after=nothing)
    return False


def cover(case: Case, drafts: list[Draft]) -> list[Draft]:
    """An entitlement that covers kinds reduces them to the excess over it, from what is said first."""
    kept = said(drafts)
    for owed in sorted(said(drafts), key=lambda draft: len(covered_by(draft))):
        left = owed.amount.minor_units if owed.amount else 0
        for draft in list(kept):
            if draft.kind.value not in covered_by(owed) or draft.proposal.amount is None:
                continue
            if owed.open:
                draft.doubt(owed.rule_ids[0], set(owed.needs))
            if draft.amount is None or owed.amount is None or draft.amount.currency != owed.amount.currency:
                continue
            units = min(left, draft.amount.minor_units)
            left -= units
            if units and not _cut(case, draft, units, step=Step.COVER, by=owed.rule_ids[0]):
                kept.remove(draft)
    return kept


def net(case: Case, drafts: list[Draft]) -> list[Draft]:
    """What was granted is taken off once; what is wholly given is shown as such.

    What says more of what it was given for goes first. Entitlements take their own basis, then what was granted of the
    kinds they cover, before these kinds' own actions take what is left.
    """
    left = {place: entry.amount.minor_units if entry.amount else 0 for place, entry in enumerate(_entries(case))}
    used = set[int]()
    kept = said(drafts)
    rounds = [(draft, draft.kind) for draft in kept]
    covering = [
        (draft, ActionKind(kind))
        for draft in sorted(kept, key=lambda draft: len(covered_by(draft)))
        for kind in covered_by(draft)
    ]
    own = [pair for pair in rounds if pair[1] is ActionKind.ENTITLEMENT]
    rest = [pair for pair in rounds if pair[1] is not ActionKind.ENTITLEMENT]
    before = {id(draft): draft.amount for draft in kept}
    _turn(case, own, left, used)
    _cover_granted(case, covering, rest, left=left)
    _turn(case, rest, left, used)
    for draft in kept:
        _close(case, draft, before[id(draft)])
    return kept


def _turn(case: Case, pairs: list[tuple[Draft, ActionKind]], left: dict[int, int], used: set[int]) -> None:
    for draft, kind in sorted(pairs, key=_takes_late):
        fitting = _fitting(case, draft, kind, left=left, used=used)
        if draft.proposal.amount is None:
            fitting = [place for place in fitting if not _pays_another(case, place, pairs)]
            if fitting:
                place = _for_nothing(case, fitting, used)
                amount = _entries(case)[place].amount
                draft.entries = [amount and amount.with_units(left[place])]
                draft.already_given = True
            continue
        for place in fitting:
            _take(draft, _entries(case)[place], place, kind=kind, left=left)


def _pays_another(case: Case, place: int, pairs: list[tuple[Draft, ActionKind]]) -> bool:
    """Money that an action with an amount may have been given is not for one without."""
    entry = _entries(case)[place]
    return bool(entry.amount and entry.amount.minor_units) and any(
        draft.amount is not None
        and entry.kind == kind.value == draft.kind.value
        and _fits(case, entry, draft, kind=kind)
        for draft, kind in pairs
    )


def _fitting(case: Case, draft: Draft, kind: ActionKind, *, left: dict[int, int], used: set[int]) -> list[int]:
    """The entries that are there for an action, what says most first."""
    return [
        place
        for place, entry in sorted(enumerate(_entries(case)), key=lambda one: _says_little(one[1]))
        if place not in used
        and entry.kind == kind.value
        and _fits(case, entry, draft, kind=kind)
        and (left[place] or entry.amount is None or not entry.amount.minor_units)
    ]


def _for_nothing(case: Case, fitting: list[int], used: set[int]) -> int:
    """An action of no amount takes one entry, rather one that says no amount either."""
    place = min(fitting, key=lambda one: _entries(case)[one].amount is not None)
    used.add(place)
    return place


def _takes_late(pair: tuple[Draft, ActionKind]) -> tuple[bool, bool]:
    """The incident's actions take before the case's, and what does not know how much it wants takes last."""
    draft, _ = pair
    return (draft.open and draft.amount is None, draft.proposal.scope is not Scope.INCIDENT)


def _cover_granted(
    case: Case,
    covering: list[tuple[Draft, ActionKind]],
    rest: list[tuple[Draft, ActionKind]],
    *,
    left: dict[int, int],
) -> None:
    """What was granted of covered kinds pays the entitlement: first what these have no use for, then what they have.

    What these take off and the entitlement cannot is theirs: it is taken off once.
    """
    uses, gone = _own_uses(case, rest, left)
    spare = {place: units for place, units in left.items() if place not in gone}
    for place, units in uses:
        if place in spare:
            spare[place] -= units
    for part in (spare, *({place: units} for place, units in uses)):
        for place, entry in sorted(enumerate(_entries(case)), key=lambda one: _says_little(one[1])):
            for draft, kind in covering:
                if place not in part or entry.kind != kind.value or not _fits(case, entry, draft, kind=kind):
                    continue
                if part is spare or _compares(entry, draft):
                    before = part[place]
                    _take(draft, entry, place, kind=kind, left=part)
                    left[place] -= before - part[place]


def _own_uses(
    case: Case,
    rest: list[tuple[Draft, ActionKind]],
    left: dict[int, int],
) -> tuple[list[tuple[int, int]], set[int]]:
    """How much each entry would pay of its kind's own actions, from the action said first; and entries wholly taken."""
    trial, gone = dict(left), set[int]()
    uses = list[tuple[int, int, int]]()
    for draft, kind in sorted(rest, key=_takes_late):
        fitting = _fitting(case, draft, kind, left=trial, used=gone)
        if draft.proposal.amount is None and fitting:
            _for_nothing(case, fitting, gone)
        wanted = draft.amount
        for place in fitting:
            entry = _entries(case)[place]
            if wanted and entry.amount and entry.amount.currency == wanted.currency:
                units = min(trial[place], wanted.minor_units)
                trial[place] -= units
                wanted = wanted.with_units(wanted.minor_units - units)
                uses.append((rest.index((draft, kind)), place, units))
    return [(place, units) for _, place, units in sorted(uses, key=lambda use: use[0])], gone


def _entries(case: Case) -> tuple[Granted, ...]:
    return case.situation.granted or ()


def _says_little(entry: Granted) -> tuple[int, str, int, str]:
    """What says most goes first; then by currency and the least amount, then by what it says."""
    details = len(entry.parameters) + (entry.subject is not None) + bool(entry.incident_id)
    currency, units = ("", 0) if entry.amount is None else (entry.amount.currency, entry.amount.minor_units)
    return (
        -details,
        currency,
        units,
        repr((sorted(entry.parameters.items()), entry.subject, entry.incident_id, entry.basis)),
    )


def _fits(case: Case, entry: Granted, draft: Draft, *, kind: ActionKind) -> bool:
    """Whether it was given for this: the subject or incident, the basis, and what else tells actions apart."""
    if not _same_object(entry, draft, case.situation):
        return False
    if kind is not draft.kind:
        return True
    if kind is ActionKind.ENTITLEMENT and entry.basis != draft.parameter("basis"):
        return False
    if kind is ActionKind.APOLOGY:
        return True  # whichever way it was said, an apology is not said twice
    texts = {name: _text(value) for name, value in draft.parameters}
    return all(text == texts.get(name, text) for name, text in entry.parameters.items())


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _same_object(entry: Granted, draft: Draft, situation: Situation) -> bool:
    if draft.proposal.scope is Scope.INCIDENT and situation.incident_id:
        return entry.incident_id == situation.incident_id
    return entry.subject in (None, situation.subject)


def _take(draft: Draft, entry: Granted, place: int, *, kind: ActionKind, left: dict[int, int]) -> None:
    """Take from what was granted what the action can use; what cannot be taken off leaves it open to a person."""
    if draft.amount is None:
        # Of a floor that was wholly given, what more was given is not told.
        unknown = draft.open and draft.granted is None and kind is draft.kind
        if unknown and (left[place] or not entry.amount or not entry.amount.minor_units):
            draft.entries.append(entry.amount and entry.amount.with_units(left[place]))
            left[place] = 0
    elif entry.amount is None or entry.amount.currency != draft.amount.currency:
        draft.incomparable = draft.incomparable or entry.amount is None or left[place] > 0
    elif units := min(left[place], draft.amount.minor_units):
        left[place] -= units
        _add(draft, entry.amount.with_units(units))
        if kind is not draft.kind:
            before = draft.paid_as.get(kind, entry.amount.with_units(0))
            draft.paid_as[kind] = before.with_units(before.minor_units + units)
        rest = draft.amount.minor_units - units
        draft.amount = draft.amount.with_units(rest) if rest else None


def _compares(entry: Granted, draft: Draft) -> bool:
    given, wanted = entry.amount, draft.amount
    return given is not None and wanted is not None and given.currency == wanted.currency


def _add(draft: Draft, money: Money) -> None:
    taken = draft.granted.minor_units if draft.granted else 0
    draft.granted = money.with_units(taken + money.minor_units)


def _close(case: Case, draft: Draft, before: Money | None) -> None:
    if draft.entries:
        currencies = {money.currency for money in draft.entries if money and money.minor_units}
        if len(currencies) == 1:
            draft.granted = Money(currencies.pop(), sum(money.minor_units for money in draft.entries if money))
        return
    if draft.incomparable and draft.amount is not None:
        draft.unsettle("", set())
        draft.needs_approval = True
    if draft.amount == before:
        return
    draft.already_given = draft.amount is None and not draft.open
    case.adjust(
        Step.NET,
        Effect.CHANGED,
        draft,
        by="granted",
        before=before,
        after=draft.amount or (before and before.with_units(0)),
    )


def bound(case: Case, drafts: list[Draft]) -> list[Draft]:
    """Refunds together never exceed what was paid and not yet refunded, whatever a pack says.

    Where that is known in part only, they are cut to what surely bounds them, and stay open.
    """
    kept = list(drafts)
    refunds = [draft for draft in said(kept) if draft.kind is ActionKind.REFUND and draft.amount is not None]
    paid, lacks = case.facts.get("amount_paid"), bounds_lacking(case)
    back, known = _refunded(case, paid) if isinstance(paid, Money) else (0, False)
    for draft in refunds:
        foreign = isinstance(paid, Money) and draft.amount is not None and draft.amount.currency != paid.currency
        if foreign or not known:
            draft.doubt("", set(lacks))
            draft.asking += [(path, rule_id) for path in lacks for rule_id in draft.rule_ids]
    if not isinstance(paid, Money):
        return kept
    ours = [draft for draft in refunds if draft.amount is not None and draft.amount.currency == paid.currency]
    excess = sum(draft.amount.minor_units for draft in ours if draft.amount) - max(paid.minor_units - back, 0)
    for draft in reversed(ours):
        if excess > 0 and draft.amount is not None:
            units = min(excess, draft.amount.minor_units)
            excess -= units
            if not _cut(case, draft, units, step=Step.BOUND, by="amount_paid"):
                kept.remove(draft)
    return kept


def _refunded(case: Case, paid: Money) -> tuple[int, bool]:
    """What was surely refunded, in the currency paid, and whether that is all: as said, else as granted."""
    refunded = case.facts.get("amount_refunded")
    if isinstance(refunded, Money) and refunded.currency == paid.currency:
        return refunded.minor_units, True
    given = [
        entry.amount
        for entry in _entries(case)
        if entry.kind == ActionKind.REFUND and entry.subject in (None, case.situation.subject)
    ]
    ours = [amount.minor_units for amount in given if amount is not None and amount.currency == paid.currency]
    told = refunded is None and case.situation.granted is not None
    return sum(ours), told and len(ours) == len(given)


def _granted_sum(
    case: Case,
    kinds: tuple[ActionKind, ...],
    currency: str,
    *,
    covering: frozenset[str] = frozenset(),
) -> tuple[int, bool]:
    """What was granted of these kinds, whatever its subject, and whether that is all: an amount may not be said, or not
    add up.
    """
    total, is_all = 0, True
    for entry in _entries(case):
        if entry.kind in kinds or (entry.kind == ActionKind.ENTITLEMENT and entry.basis in covering):
            if entry.amount is None or entry.amount.currency != currency:
                is_all = False
            else:
                total += entry.amount.minor_units
    return total, is_all


def limit(case: Case, drafts: list[Draft]) -> list[Draft]:
    """The pack's limits, one after the other, each on what the one before left."""
    for one in case.pack.limits:
        drafts = _apply(case, one, drafts)
    return drafts


def _apply(case: Case, one: Limit, drafts: list[Draft]) -> list[Draft]:
    """Cuts start at the last kind listed, within a kind at what is said last; entitlements are never cut."""
    counted = [draft for draft in drafts if _counts(draft, one)]
    cuttable = [
        draft
        for draft in counted
        if draft.kind is not ActionKind.ENTITLEMENT and not draft.already_given and (draft.amount or draft.open)
    ]
    covering = frozenset(
        str(draft.parameter("basis"))
        for draft in drafts
        if set(_covers(draft)) & {kind.value for kind in one.of} and draft.kind is ActionKind.ENTITLEMENT
    )
    own = case_currency(case.facts, case.pack.currency)
    kept = list(drafts)
    said_in = {draft.place: draft.amount.currency if draft.amount else own for draft in counted}
    for currency in sorted({said_in[draft.place] for draft in cuttable}):
        ours = [draft for draft in counted if said_in[draft.place] == currency]
        cap, lacks = _cap(case, one, currency)
        granted, is_all = (0, True) if one.minus else _granted_sum(case, one.of, currency, covering=covering)
        if cap is None:
            for draft in ours:
                if draft in cuttable:
                    draft.doubt("", lacks)
            continue
        excess = sum(draft.amount.minor_units for draft in ours if draft.amount) + granted - cap
        excess += 0 if one.minus else _paid_otherwise(one, counted, currency)
        for gone in _cut_excess(case, one, [draft for draft in ours if draft in cuttable], excess=excess):
            kept.remove(gone)
        if not is_all:
            for draft in ours:
                if draft in cuttable and draft in kept:
                    draft.doubt("", lacks)
        _doubt_what_gives_way(one, [draft for draft in ours if draft in cuttable and draft in kept], ours)
    return kept


def _cut_excess(case: Case, one: Limit, cuttable: list[Draft], *, excess: int) -> list[Draft]:
    """Cut so much from what is cut first on; those of which nothing is left."""
    gone: list[Draft] = []
    for kind in reversed(one.of):
        for draft in reversed(said(draft for draft in cuttable if draft.kind is kind)):
            if excess > 0 and draft.amount is not None:
                units = min(excess, draft.amount.minor_units)
                excess -= units
                if not _cut(case, draft, units, step=Step.LIMIT, by=one.limit_id):
                    gone.append(draft)
    return gone


def _paid_otherwise(one: Limit, counted: list[Draft], currency: str) -> int:
    """What was paid of entitlements that count as kinds that the limit does not list: it counts all the same."""
    return sum(
        paid.minor_units
        for draft in counted
        for kind, paid in draft.paid_as.items()
        if kind not in one.of and paid.currency == currency
    )


def _doubt_what_gives_way(one: Limit, standing: list[Draft], counted: list[Draft]) -> None:
    for other in counted:
        for draft in standing:
            if other.open and not other.already_given and not draft.already_given and _gives_way(draft, other, one):
                draft.doubt(other.rule_ids[0], set(other.needs))


def _gives_way(draft: Draft, other: Draft, one: Limit) -> bool:
    """Whether one action is cut before another: later in the limit's list, or of its kind and said later."""
    if other.kind is ActionKind.ENTITLEMENT:
        return True
    if draft.kind is other.kind:
        order = said([draft, other])
        return order[0] is other and order[1] is not other
    return one.of.index(draft.kind) > one.of.index(other.kind)


def _counts(draft: Draft, one: Limit) -> bool:
    return draft.kind in one.of or bool(set(covered_by(draft)) & {kind.value for kind in one.of})


def _cap(case: Case, one: Limit, currency: str) -> tuple[int | None, set[str]]:
    """The cap in this currency, less `minus`, never below zero; None where it is not known, and what it lacks."""
    priced = price(one.at_most, case.facts, currency=currency, down=True)
    lacks = case.sources(set(priced.lacks))
    less = 0
    if one.minus:
        history = case.facts.get(one.minus)
        if not isinstance(history, Money):
            return None, lacks | case.sources({one.minus})
        if priced.amount is None or history.currency != priced.amount.currency:
            return None, lacks
        less = history.minor_units
    if priced.amount is None or priced.amount.currency != currency:
        return None, lacks
    return max(priced.amount.minor_units - less, 0), set()
