"""Dutch."""

from roadworthy.guard.completions.texts.wording import Wording

NL = Wording(
    language="nl",
    reference="Kenmerk: {stub}",
    emergency="Bel bij direct gevaar {number}.",
    crisis_line="Om met iemand te praten: {line}",
    anywhere="Bel bij direct gevaar het alarmnummer van uw land (in de EU 112). Hulplijnen per land: findahelpline.com",
    person="Een mens kan u helpen: {where}",
    texts={
        "self-harm": "Het klinkt alsof het nu heel zwaar is, en u hoeft dit niet alleen te doen. Praat met iemand die "
        "u vertrouwt, of met mensen die er juist hiervoor zijn.",
        "violence": "Ik help niet om iemand pijn te doen. Bel het alarmnummer als u of iemand anders gevaar loopt. Ik "
        "kan helpen een ruzie te kalmeren of steun te vinden.",
        "child-safety": "Hier kan ik niet mee helpen. Is een kind in gevaar, waarschuw dan de politie of een dienst "
        "voor kinderbescherming. Maakt u zich zorgen over eigen gedachten, dan is er vertrouwelijke hulp.",
        "sexual-content": "Seksuele inhoud schrijf ik hier niet. Ik kan helpen met vragen over gezondheid, relaties of "
        "instemming.",
        "hate": "Ik schrijf niets dat mensen vernedert om wie zij zijn. Ik kan helpen om kritiek of een andere mening "
        "eerlijk te verwoorden.",
        "illegal-goods": "Ik help niet om dit te krijgen of te maken. Ik kan uitleggen wat de wet zegt, iets over "
        "veiligheid vertellen of zeggen waar steun is.",
        "medical": "Deze medische vraag kan ik niet veilig beoordelen. Vraag het een arts of apotheker; bel bij nood "
        "het alarmnummer. Algemene informatie geef ik graag.",
        "legal": "Over uw rechtszaak kan ik niet adviseren. Een advocaat of het juridisch loket kan dat wel. Begrippen "
        "en algemene regels leg ik graag uit.",
        "financial": "Wat u met uw geld moet doen, kan ik niet zeggen. Een bevoegd adviseur kan dat wel. Begrippen, "
        "risico's en vergelijken leg ik graag uit.",
        "privacy": "Dit zou persoonsgegevens tonen die hier niet horen. U kunt het opnieuw vragen zonder namen, "
        "nummers of adressen.",
        "secret": "Hierin staat wat op een wachtwoord of toegangssleutel lijkt; het is tegengehouden. Haal het weg en "
        "probeer het opnieuw. Is het echt, wijzig het dan.",
        "prompt-leak": "De instructies van deze dienst kan ik niet tonen. Ik kan wel zeggen waarmee ik kan helpen.",
        "injection": "Een deel hiervan probeert de werking van deze dienst te veranderen en is niet uitgevoerd. Zeg in "
        "uw eigen woorden wat u nodig hebt.",
        "out-of-scope": "Daar is deze dienst niet voor. Zeg mij wat u nodig hebt; dan zeg ik of ik kan helpen of waar "
        "u het kunt vragen.",
        "language": "In deze taal kan ik hier niet betrouwbaar antwoorden. Probeer het in een taal die deze dienst "
        "biedt.",
        "limit": "De grenswaarde is voorlopig bereikt. Probeer het later opnieuw, of met een kortere vraag.",
        "technical": "Door een technische storing kon dit niet worden gecontroleerd; het is tegengehouden. Het is niet "
        "uw fout. Probeer het zo opnieuw.",
        "tools": "Ik heb dit niet gedaan: zo mag het hier niet. Zeg precies wat u wilt, met de namen, adressen of "
        "bedragen die u bedoelt, of vraag het de mensen die deze dienst beheren.",
        "tools-waits": "Voordat dit gebeurt, moet iemand ermee instemmen. Het is nog niet gedaan.",
        "unknown": "Hier kan ik niet mee helpen. U kunt het anders zeggen, of een mens vragen.",
    },
)
