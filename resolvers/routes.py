"""Contact routes: telephone numbers and e-mail addresses, normalised where they can be, flagged where they cannot.

The packages that know how are imported by the first who needs them: a twelfth of the time of a start.
"""

from __future__ import annotations

from models import RouteStatus


def phone(given: str, country: str | None) -> dict[str, object]:
    """The columns of a telephone number as given; without `+` it is read as one of the customer's country."""
    import phonenumbers

    normal: str | None = None
    try:
        number = phonenumbers.parse(given, country)
        if phonenumbers.is_possible_number(number):
            normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        valid = phonenumbers.is_valid_number(number)
    except phonenumbers.NumberParseException:
        valid = False
    return {"phone": given, "phone_e164": normal, "phone_status": _status(given, valid)}


def email(given: str) -> dict[str, object]:
    """The columns of an e-mail address as given; what is before the @ keeps its case, the domain does not."""
    from email_validator import EmailNotValidError, validate_email

    normal: str | None = None
    try:
        normal = validate_email(given, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        normal = None
    return {"email": given, "email_norm": normal, "email_status": _status(given, normal is not None)}


def _status(given: str, valid: bool) -> RouteStatus:
    if not given:
        return RouteStatus.EMPTY
    return RouteStatus.VALID if valid else RouteStatus.DOUBTFUL
