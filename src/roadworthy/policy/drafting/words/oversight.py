"""Words for who decides, who answers, and who is heard. Data; edited by people who read policies."""

from __future__ import annotations

from roadworthy.policy.drafting.words.topic import Topic, topic
from roadworthy.policy.model import Area

OVERSIGHT: tuple[Topic, ...] = (
    topic(
        "human decision",
        Area.OVERSIGHT,
        "preventive/operate",
        "human review*|human oversight*|human in the loop|human-in-the-loop|human decision*"
        "|reviewed by a person|reviewed by a human|checked by a person|checked by a human"
        "|approved by a person|final decision*|solely automated|fully automated|automated decision*"
        "|override the system|override a decision|human judgement|human judgment|qualified person"
        "|menschliche* aufsicht|menschliche* kontrolle|durch einen menschen|ärztlich* prüf*|ärztlich* geprüft"
        "|ärztlich*|durch ärzt*|durch eine ärzt*|ärztin|arzt|ärztliche*|fachkraft|letztentscheid*"
        "|automatisierte* entscheidung*|contrôle humain|supervision humaine|décision finale"
        "|décision automatisée*|intervention humaine|clinician*|physician*",
        serves="- document:human-oversight-procedure -",
        guard="hold the result until a person has decided",
        weight=1.6,
    ),
    topic(
        "owner",
        Area.OVERSIGHT,
        "directive/design",
        "named owner*|an owner|owner is|accountable owner*|assigned owner*|model owner|system owner"
        "|responsible person|accountable executive*|verantwortliche person*|verantwortlichen|verantwortliche"
        "|verantwortlicher|propriétaire désigné*|un responsable|responsable désigné*|accountab*|zuständig*"
        "|benannt*|benennt|désigné*",
        weight=1.1,
    ),
    topic(
        "risk assessment",
        Area.OVERSIGHT,
        "directive/design",
        "risk assessment*|risk-assess*|risk classif*|risk tier*|risk rating*|impact assessment*|materiality"
        "|tiering|risikobewertung*|risikoanalyse*|risikoklass*|risikobeurteilung*|évaluation des risques"
        "|analyse de risque*|analyse des risques|étude d'impact|fundamental rights|grundrechte*",
        serves="- document:impact-assessment assessment_coverage",
        weight=1.6,
    ),
    topic(
        "threat model",
        Area.OVERSIGHT,
        "directive/design",
        "threat model*|security review*|security assessment*|bedrohungsmodell*|bedrohungsanalyse*"
        "|sicherheitsprüfung*|modèle de menace*|revue de sécurité",
        serves="- review:threat-model -",
        weight=2.0,
    ),
    topic(
        "prohibited uses",
        Area.OVERSIGHT,
        "preventive/design",
        "emotion recognition|social scoring|biometric*|facial recognition|emotionserkennung|biometrisch*"
        "|gesichtserkennung|reconnaissance faciale|notation sociale|reconnaissance des émotions|covert"
        "|surveillance of|subliminal|profil*",
        serves="- review:prohibited-uses -",
        guard="refuse such requests by rule",
        weight=1.7,
    ),
    topic(
        "approval",
        Area.OVERSIGHT,
        "preventive/release",
        "approv*|sign-off|signed off|sign off|authoris*|authoriz*|committee|freigabe*|freigegeben|genehmig*"
        "|zustimmung*|gremium|ausschuss|approuvé*|approbation|autorisation préalable|comité|validé par"
        "|ethics board|ethikkommission|ethikrat",
        serves="- review:release-approval readiness_coverage",
        weight=1.1,
    ),
    topic(
        "change management",
        Area.OVERSIGHT,
        "preventive/release",
        "material change*|change* to a model|change* to the model|significant change*|change control"
        "|change management|changed model|model change*|update* of the model|wesentliche änderung*|änderung*"
        "|modellwechsel|modification*|changement*",
        serves="- review:change gate_adoption",
        weight=1.1,
    ),
    topic(
        "training of people",
        Area.OVERSIGHT,
        "directive/operate",
        "training course*|complete* training|attend* training|trained in|are trained|be trained"
        "|mandatory training|awareness training|ai literacy|schulung*|geschult|unterwiesen|unterweisung*"
        "|fortbildung*|formation|formé*|sensibilis*|staff training|training before|training for",
        serves="- document:operator-training training_penetration",
        weight=1.7,
    ),
    topic(
        "recourse",
        Area.OVERSIGHT,
        "corrective/operate",
        "appeal*|contest*|recourse|explanation of|explain* to|reasons for the decision|right to"
        "|second opinion|adverse action|anfecht*|erklärung*|widerspruch*|begründ*|zweitmeinung*|contester"
        "|recours|expliqu*|explication*|opt out|opt-out|object to",
        serves="- document:recourse explainability_adequacy",
        weight=1.4,
    ),
    topic(
        "audit",
        Area.OVERSIGHT,
        "detective/operate",
        "internal audit*|audited|audit of|annual audit*|interne revision|innenrevision|audit interne|audité*"
        "|revision prüft|compliance review*",
        serves="- review:internal-audit audit_findings",
        weight=1.5,
    ),
    topic(
        "exceptions",
        Area.OVERSIGHT,
        "preventive/release",
        "exception*|waiver*|deviation*|ausnahme*|abweichung*|dérogation*",
        serves="- review:exception exception_rate",
    ),
)
