"""Reading a decision: three questions that every caller asks of an action. The messages stay the model."""

from amends_client.messages import Action


def kind_of(action: Action) -> str:
    """The kind's name in the rule language, for instance `update_cadence`; empty where it is a newer one."""
    return action.WhichOneof("kind") or ""


def has_amount_left(action: Action) -> bool:
    """True where money is still to be given and its amount is known for certain."""
    return action.HasField("amount") and not action.amount_needs


def may_do_now(action: Action) -> bool:
    """True where the acting role may do it and promise it at once: allowed, settled, not held, not done before."""
    return (
        action.may_grant_now
        and not action.already_given
        and not action.unsettled
        and not action.on_hold
        and not action.amount_needs
    )
