"""German."""

from roadworthy.guard.completions.texts.wording import Wording

DE = Wording(
    language="de",
    reference="Vorgangsnummer: {stub}",
    emergency="Bei unmittelbarer Gefahr: {number} anrufen.",
    crisis_line="Jemand zum Reden: {line}",
    anywhere="Bei unmittelbarer Gefahr rufen Sie bitte den Notruf (in der EU 112). Stellen zum Reden nach Land: "
    "findahelpline.com",
    person="Hier hilft Ihnen ein Mensch: {where}",
    texts={
        "self-harm": "Das klingt, als wäre es gerade sehr schwer. Sie müssen da nicht allein durch. Bitte sprechen Sie "
        "mit jemandem, dem Sie vertrauen, oder mit Menschen, die genau dafür da sind.",
        "violence": "Dabei, jemanden zu verletzen, helfe ich nicht. Wenn Sie oder andere in Gefahr sind, rufen Sie "
        "bitte den Notruf. Gern helfe ich, einen Streit zu beruhigen oder Unterstützung zu finden.",
        "child-safety": "Dabei kann ich nicht helfen. Ist ein Kind in Gefahr, wenden Sie sich bitte an die Polizei "
        "oder das Jugendamt. Wenn eigene Gedanken Sie beunruhigen, gibt es vertrauliche Hilfsangebote.",
        "sexual-content": "Sexuelle Inhalte schreibe ich hier nicht. Bei Fragen zu Gesundheit, Beziehung oder "
        "Einvernehmen helfe ich gern.",
        "hate": "Etwas, das Menschen für das herabsetzt, was sie sind, schreibe ich nicht. Gern helfe ich, Kritik oder "
        "eine andere Meinung fair auszudrücken.",
        "illegal-goods": "Beim Beschaffen oder Herstellen helfe ich nicht. Gern helfe ich mit der Rechtslage, mit "
        "Sicherheit oder mit Beratungsstellen.",
        "medical": "Diese medizinische Frage kann ich nicht sicher beurteilen. Bitte fragen Sie in einer Arztpraxis "
        "oder Apotheke; im Notfall rufen Sie den Notruf. Allgemeine Auskünfte gebe ich gern.",
        "legal": "Zu Ihrem Rechtsfall kann ich nicht beraten. Das können Anwältinnen, Anwälte und Beratungsstellen. "
        "Begriffe und allgemeine Regeln erkläre ich gern.",
        "financial": "Was Sie mit Ihrem Geld tun sollten, kann ich nicht sagen. Das kann eine qualifizierte Beratung. "
        "Begriffe, Risiken und Vergleiche erkläre ich gern.",
        "privacy": "Das würde personenbezogene Daten zeigen, die nicht hierher gehören. Bitte fragen Sie noch einmal "
        "ohne Namen, Nummern oder Adressen.",
        "secret": "Darin steht, was wie ein Passwort oder ein Zugangsschlüssel aussieht; es wurde zurückgehalten. "
        "Bitte entfernen Sie es. Wenn es echt ist, ändern Sie es.",
        "prompt-leak": "Die Anweisungen, mit denen dieser Dienst arbeitet, kann ich nicht zeigen. Gern sage ich, wobei "
        "ich helfen kann.",
        "injection": "Ein Teil davon versucht, die Arbeitsweise dieses Dienstes zu ändern, und wurde nicht ausgeführt. "
        "Bitte sagen Sie mit eigenen Worten, was Sie brauchen.",
        "out-of-scope": "Dafür ist dieser Dienst nicht da. Sagen Sie mir, was Sie brauchen; ich sage, ob ich helfen "
        "kann oder wo Sie fragen können.",
        "language": "In dieser Sprache kann ich hier nicht verlässlich antworten. Bitte versuchen Sie es in einer "
        "Sprache, die dieser Dienst anbietet.",
        "limit": "Die Grenze ist vorerst erreicht. Bitte versuchen Sie es später oder mit einer kürzeren Anfrage.",
        "technical": "Wegen einer technischen Störung konnte das nicht geprüft werden und wurde zurückgehalten. Es ist "
        "nicht Ihr Fehler. Bitte versuchen Sie es gleich noch einmal.",
        "tools": "Ich habe das nicht getan: So darf es hier nicht getan werden. Bitte sagen Sie genau, was Sie "
        "möchten, mit den Namen, Adressen oder Beträgen, die Sie meinen, oder fragen Sie, wer diesen Dienst "
        "betreibt.",
        "tools-waits": "Bevor das getan wird, muss ein Mensch zustimmen. Es ist noch nicht getan.",
        "unknown": "Dabei kann ich hier nicht helfen. Sie können es anders ausdrücken oder einen Menschen fragen.",
    },
)
