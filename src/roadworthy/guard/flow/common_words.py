"""Words that say too little to tell who said something, or who is meant."""

from __future__ import annotations

_ENGLISH = """
    a about address after again all also always am an and any anyone are around as ask at attached back be because been
    before being below best better between book both but by call can cannot check come contact could create customer
    date day days dear description did do document does doing done down each email emails even every everyone false file
    files find first following for forward from get give go going good got had has have he hello help her here hers hi
    him his hope how i id if in info information into invoice is it item items its just kind kindly know last later
    latest let like list look looking made mail make many me mail may message messages meeting mine money month more
    most much must my name need new next no not note now null number of ok old on once one only or order other our out
    over own pay payment person phone please price product project put read regards report same say see send sent she
    should show since sincerely so some someone soon still subject such take team tell text than thank thanks that the
    their them then there these they thing things this those time title to today tomorrow too true two type under until
    up update upon us use user value very via want was we week well were what when where which while who whom whose why
    will with would write year yes yesterday yet you your yours
"""
_GERMAN = """
    aber alle allen als am an auch auf aus bei beste bis bitte da dann danke das dass dem den der des die dies diese
    dieser dir du ein eine einem einen einer er es freundliche freundlichen für grüße grüßen habe haben hallo hat heute
    ich ihm ihn ihnen ihr ihre im in ist ja kann kein keine können liebe lieber man mein meine mich mir mit morgen nach
    nein nicht noch nur oder ohne schon sehr sein seine sich sie sind so über um und uns unser unsere unter viele vom
    von vor war was wenn wer werden wie wir wird wo zu zum zur
"""
_FRENCH = """
    au aux avec bonjour ce ces cette cordialement dans de des du elle en est et eux il ils je la le les leur lui ma
    mais me merci mes moi mon ne nos notre nous on ou où par pas pour qu que qui sa sans se ses son sur ta te tes toi
    ton tu un une vos votre vous
"""
_SPANISH = """
    al como con cuando del donde el ella ellos es esta este esto gracias hola la las lo los más mi muy no nos o para
    pero por porque que se si sin sobre son su sus también te un una uno unos y ya yo
"""

COMMON = frozenset(f"{_ENGLISH} {_GERMAN} {_FRENCH} {_SPANISH}".split())
"""In small letters."""
