"""Digits and days of the week as words."""

from __future__ import annotations

DIGITS = {
    word: str(number)
    for number, words in enumerate(
        (
            "zero null zéro cero",
            "one eins un uno",
            "two zwei deux dos",
            "three drei trois tres",
            "four vier quatre cuatro",
            "five fünf cinq cinco",
            "six sechs seis",
            "seven sieben sept siete",
            "eight acht huit ocho",
            "nine neun neuf nueve",
        )
    )
    for word in words.split()
}
"""Digits by word: English, German, French, Spanish."""

WEEKDAYS = (
    ("monday", "montag", "lundi", "lunes"),
    ("tuesday", "dienstag", "mardi", "martes"),
    ("wednesday", "mittwoch", "mercredi", "miércoles"),
    ("thursday", "donnerstag", "jeudi", "jueves"),
    ("friday", "freitag", "vendredi", "viernes"),
    ("saturday", "samstag", "samedi", "sábado"),
    ("sunday", "sonntag", "dimanche", "domingo"),
)
"""Lines of words that say the same."""
