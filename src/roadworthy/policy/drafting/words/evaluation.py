"""Words for what must be measured or tried before release. Data; edited by people who read policies."""

from __future__ import annotations

from roadworthy.policy.drafting.words.topic import Topic, topic
from roadworthy.policy.model import Area

EVALUATION: tuple[Topic, ...] = (
    topic(
        "accuracy of answers",
        Area.EVALUATION,
        "detective/evaluate",
        "accura*|be correct|correct in|answers are correct|correct answer*|correctly|answer* correct"
        "|performance|error rate*|precision|recall"
        "|sensitivity|auc|discriminat* power|genauigkeit|richtig*|treffer*|sensitivität|spezifität"
        "|fehlerrate*|fehlerquote*|leistungsfähigkeit|exactitude|exacte*|exact|précision|taux d'erreur|performances",
        serves="quality - evaluation_report_coverage",
    ),
    topic(
        "grounded answers",
        Area.EVALUATION,
        "detective/evaluate",
        "hallucinat*|grounded|grounding|supported by|cite* source*|citation*|unsupported claim*|invented"
        "|inventing|fabricat*|halluzin*|erfunden*|quellenangabe*|belegt|durch quellen|sources citées"
        "|citer ses sources|étayé*|inventé*",
        serves="grounding - critical_hallucination_rate",
        guard="check that an answer is supported by what was retrieved before it is shown",
        weight=1.5,
    ),
    topic(
        "harmful help",
        Area.EVALUATION,
        "preventive/evaluate",
        "harmful*|dangerous|illegal|unlawful|self-harm|violence|violent|weapon*|malware|hate|schädlich*"
        "|gefährlich*|gewalt*|waffen|suizid*|nuisible*|dangereu*|illégal*|haine|jailbreak*|abus*"
        "|offensive content|harass*",
        serves="harmful_refusal - harmful_output_rate",
        guard="screen questions and answers for help with harm, and decline",
        weight=1.2,
    ),
    topic(
        "over-refusal",
        Area.EVALUATION,
        "detective/evaluate",
        "over-refus*|refus* benign|refus* legitimate|needless* refus*|legitimate question*|unnecessar* refus*"
        "|unnötig ablehn*|zu unrecht ab*|refus* injustifié*|refuser à tort",
        serves="over_refusal - over_refusal_rate",
        weight=2.0,
    ),
    topic(
        "prompt injection",
        Area.EVALUATION,
        "preventive/evaluate",
        "prompt injection*|injection*|injected instruction*|hidden instruction*|instructions hidden"
        "|embedded instruction*|manipulat* prompt*|eingeschleust*|versteckte anweisung*"
        "|versteckten anweisung*|instructions cachées|détournement d'instructions",
        serves="injection_indirect - injection_success_rate",
        guard="screen retrieved documents and tool results before the model reads them",
        lint="prompt/*untrusted*",
        weight=2.0,
    ),
    topic(
        "system prompt kept secret",
        Area.EVALUATION,
        "preventive/evaluate",
        "system prompt*|canary in|canaries|systemprompt*|invite système|instructions internes",
        serves="prompt_leak - -",
        guard="block answers that repeat the system prompt or a canary in it",
        weight=1.5,
    ),
    topic(
        "robustness",
        Area.EVALUATION,
        "detective/evaluate",
        "robust*|paraphras*|typing error*|noise|noisy|perturb*|stress test*|sensitivity analys*|tippfehler*"
        "|robustheit|stresstest*|robustesse|fautes de frappe",
        serves="robustness - -",
        weight=1.3,
    ),
    topic(
        "fairness",
        Area.EVALUATION,
        "detective/evaluate",
        "fairness|bias*|discriminat*|disparate|disparit*|protected characteristic*|protected group*|subgroup*"
        "|equal treatment|gender|ethnic*|benachteilig*|diskriminier*|verzerrung*|untergruppe*|geschlecht*"
        "|biais|équité|sous-groupe*|demographic*|age group*|altersgruppe*",
        serves="fairness_text - fairness_regressions",
        lint="dataset/*balance*",
        weight=1.5,
    ),
    topic(
        "languages",
        Area.EVALUATION,
        "detective/evaluate",
        "language in which|languages|every language|each language|multilingual|translation*|sprachen"
        "|jeder sprache|mehrsprachig*|langues|chaque langue|multilingue*",
        serves="multilingual - -",
        weight=1.3,
    ),
    topic(
        "malformed input",
        Area.EVALUATION,
        "detective/evaluate",
        "malformed|oversized|invalid input*|unexpected input*|broken input*|fehlerhafte eingabe*"
        "|ungültige eingabe*|entrées invalides|entrée invalide",
        serves="malformed_input - -",
        guard="refuse input that is too long or not text",
        weight=1.6,
    ),
    topic(
        "red team",
        Area.EVALUATION,
        "detective/evaluate",
        "red team*|red-team*|adversarial test*|penetration test*|pentest*|angriffstest*|penetrationstest*"
        "|test* d'intrusion|tests adverses|équipe rouge",
        serves="- review:red-team redteam_execution_rate",
        weight=2.0,
    ),
    topic(
        "independent validation",
        Area.EVALUATION,
        "detective/evaluate",
        "independent validation*|independently validat*|independent review*|independent* test*"
        "|validation function*|model validation*|validated by|independent of|independent from"
        "|unabhängig* validier*|unabhängig* geprüft|unabhängig* prüf*|validierung|validiert"
        "|validation indépendante|indépendant*|revalidat*|recertif*|challenger",
        serves="- review:evaluation evaluation_report_coverage",
        weight=1.6,
    ),
    topic(
        "testing before release",
        Area.EVALUATION,
        "detective/evaluate",
        "tested|test* before|evaluated|evaluation*|evaluate*|test result*|acceptance test*|regression test*"
        "|getestet|geprüft|erprobt|erprobung*|evaluier*|tests|testé*|évalué*|évaluation*|back-test*|backtest*",
        serves="- review:evaluation evaluation_category_coverage",
        weight=0.8,
    ),
)
