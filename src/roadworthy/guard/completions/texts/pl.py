"""Polish."""

from roadworthy.guard.completions.texts.wording import Wording

PL = Wording(
    language="pl",
    reference="Numer sprawy: {stub}",
    emergency="W bezpośrednim niebezpieczeństwie proszę zadzwonić pod {number}.",
    crisis_line="Rozmowa z kimś, kto wysłucha: {line}",
    anywhere="W bezpośrednim niebezpieczeństwie proszę zadzwonić pod numer alarmowy (w UE 112). Telefony zaufania "
    "według kraju: findahelpline.com",
    person="Pomoże człowiek: {where}",
    texts={
        "self-harm": "Wygląda na to, że teraz jest bardzo ciężko, ale nie trzeba przez to przechodzić w samotności. "
        "Proszę porozmawiać z kimś zaufanym albo z ludźmi, którzy są właśnie po to.",
        "violence": "Nie pomogę w krzywdzeniu kogokolwiek. Jeśli ktoś jest w niebezpieczeństwie, proszę zadzwonić pod "
        "numer alarmowy. Mogę pomóc uspokoić spór lub znaleźć wsparcie.",
        "child-safety": "W tym nie mogę pomóc. Jeśli dziecko jest w niebezpieczeństwie, proszę zawiadomić policję lub "
        "instytucję ochrony dzieci. Jeśli niepokoją własne myśli, istnieje poufna pomoc.",
        "sexual-content": "Nie piszę tutaj treści seksualnych. Mogę pomóc w pytaniach o zdrowie, relacje lub zgodę.",
        "hate": "Nie piszę niczego, co poniża ludzi za to, kim są. Mogę pomóc wyrazić krytykę lub inne zdanie w "
        "uczciwy sposób.",
        "illegal-goods": "Nie pomogę tego zdobyć ani wytworzyć. Mogę wyjaśnić, co mówi prawo, opowiedzieć o "
        "bezpieczeństwie lub wskazać, gdzie jest wsparcie.",
        "medical": "Nie mogę bezpiecznie ocenić tego pytania medycznego. Proszę zapytać lekarza lub farmaceutę; w "
        "nagłym wypadku proszę zadzwonić pod numer alarmowy. Mogę podać informacje ogólne.",
        "legal": "Nie mogę doradzać w tej sprawie prawnej. Może to zrobić prawnik lub punkt porad. Mogę wyjaśnić "
        "pojęcia i ogólne zasady.",
        "financial": "Nie mogę powiedzieć, co zrobić z pieniędzmi. Może to zrobić uprawniony doradca. Mogę wyjaśnić "
        "pojęcia, ryzyko i sposób porównywania ofert.",
        "privacy": "To pokazałoby dane osobowe, które nie powinny się tu znaleźć. Można zapytać ponownie bez nazwisk, "
        "numerów i adresów.",
        "secret": "Jest tu coś, co wygląda na hasło lub klucz dostępu, więc tekst wstrzymano. Proszę to usunąć i "
        "spróbować ponownie. Jeśli jest prawdziwe, proszę je zmienić.",
        "prompt-leak": "Nie mogę pokazać instrukcji tej usługi. Mogę powiedzieć, w czym mogę pomóc.",
        "injection": "Część tekstu próbuje zmienić działanie tej usługi i nie została wykonana. Proszę powiedzieć "
        "własnymi słowami, co jest potrzebne.",
        "out-of-scope": "Ta usługa do tego nie służy. Proszę powiedzieć, co jest potrzebne, a powiem, czy mogę pomóc "
        "lub gdzie zapytać.",
        "language": "W tym języku nie mogę tu odpowiadać w sposób pewny. Proszę spróbować w języku, który oferuje ta "
        "usługa.",
        "limit": "Limit został na razie osiągnięty. Proszę spróbować później lub krótszym zapytaniem.",
        "technical": "Usterka techniczna uniemożliwiła sprawdzenie, więc treść wstrzymano. To nie wina użytkownika. "
        "Proszę spróbować za chwilę.",
        "tools": "Nie zrobiono tego: w ten sposób nie jest to tutaj dozwolone. Proszę powiedzieć dokładnie, o co "
        "chodzi, z nazwami, adresami lub kwotami, albo zapytać osoby, które prowadzą tę usługę.",
        "tools-waits": "Zanim to zostanie zrobione, ktoś musi wyrazić zgodę. Jeszcze tego nie zrobiono.",
        "unknown": "W tym nie mogę tutaj pomóc. Można to ująć inaczej albo zapytać człowieka.",
    },
)
