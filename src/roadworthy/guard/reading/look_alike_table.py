"""Letters that look like a Latin letter without accents. Data only.

Letters that compatibility normalisation turns into Latin letters anyway are not in it; nor are accented Latin letters,
which are letters of living languages.

Source: Unicode Technical Standard 39, confusables.txt, by way of the package confusable_homoglyphs 3.3.1 (MIT). Unicode
data files are under the Unicode License v3 (SPDX ``Unicode-3.0``), (c) Unicode, Inc. Added by us: small capitals, and
letters that are drawn alike only in lower case or only in handwriting (``к``, ``т``, ``ε`` …).
"""

from __future__ import annotations

_PAIRS = (
    # Greek
    "ͿJ ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa βb γy εe ηn ιi κk νv οo ρp ςc σo τt υu ωw ϜF ϳj "
    "ϺM ᴦr "
    # Cyrillic
    "ЅS ІI ЈJ АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX Ьb аa вb гr еe кk мm нh оo пn рp сc тt уy хx "
    "ѐe ёe ѕs іi їi јj ѡw ѴV ѵv ҮY үy һh ҽe ӀI ӏl ԁd ԌG ԛq ԜW ԝw ꙇi "
    # Armenian
    "ՍU ՏS ՕO աw գq զq հh ոn ռn սu ցg քf օo "
    # Latin
    "ɑa ɡg ɢg ɣy ɩi ɪi ɯw ɴn ʀr ʋu ʏy ʙb ʜh ʟl ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴑo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ᶃg ᶌy ẝf "
    "ỿy ꜰf ꜱs ꞘF ꞙf ꞟu ꞯq ꞲJ ꞳX ꞴB ꬲe ꬵf ꬽo ꭇr ꭈr ꭎu ꭒu ꭚy "
    # Cherokee
    "ᎠD ᎡR ᎢT Ꭵi ᎩY ᎪA ᎫJ ᎬE ᎳW ᎷM ᎻH ᎽY ᏀG Ꮒh ᏃZ Ꮟb ᏒR ᏔW ᏕS ᏙV ᏚS ᏞL ᏟC ᏢP ᏦK Ꮷd ᏳG ᏴB ꭵi ꮁr "
    "ꮃw ꮓz ꮩv ꮪs ꮯc "
    # Coptic
    "ⲅr ⲎH ⲒI ⲔK ⲘM ⲚN ⲞO ⲟo ⲢP ⲣp ⲤC ⲥc ⲦT ⲨY ⲬX ⳐL "
    # Lisu
    "ꓐB ꓑP ꓒd ꓓD ꓔT ꓖG ꓗK ꓙJ ꓚC ꓜZ ꓝF ꓟM ꓠN ꓡL ꓢS ꓣR ꓦV ꓧH ꓪW ꓫX ꓬY ꓮA ꓰE ꓲI ꓳO ꓴU "
    # Other
    "ଠO ഠo ဝo ყy ჿo ሀU ዐO ᐯV ᑌU ᑭP ᑯd ᑲb ᒍJ ᒪL ᕁx ᕼH ᕽx ᖇR ᖯb ᖴF ᗅA ᗞD ᗪD ᗰM ᗷB ᚷX ᛁl ᛕK ᛖM ⴸV ⴹE "
    "ⵏl ⵔO ⵕQ ⵝX ꛟV 𐊂B 𐊆E 𐊇F 𐊊l 𐊐X 𐊒O 𐊕P 𐊖S 𐊗T 𐊠A 𐊡B 𐊢C 𐊥F 𐊫O 𐊰M 𐊱T 𐊲Y 𐊴X 𐋏H 𐌁B 𐌂C 𐌉l 𐌑M 𐌕T 𐌗X 𐐄O "
    "𐐕C 𐐛L 𐐠S 𐐬o 𐐽c 𐑈s 𐒴R 𐓂O 𐓎U 𐓪o 𐓶u 𐔓N 𐔖O 𐔘K 𐔜C 𐔝V 𐔥F 𐔦L 𐔧X 𑜀m 𑜆v 𑜊w 𑜎w 𑜏w 𑢠V 𑢢F 𑢣L 𑢤Y 𑢦E 𑢩Z "
    "𑢮E 𑢲L 𑢵O 𑢸U 𑢼T 𑣀v 𑣁s 𑣂F 𑣃i 𑣄z 𑣈o 𑣗o 𑣘u 𑣜y 𖼈V 𖼊T 𖼖L 𖼨l 𖼵R 𖼺S 𖽀A 𖽂U 𖽃Y "
)

LOOK_ALIKES: dict[str, str] = {pair[0]: pair[1] for pair in _PAIRS.split()}
"""The letter of ``A-Za-z`` that each looks like."""
