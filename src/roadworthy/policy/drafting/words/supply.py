"""Words for models, suppliers, software and licences. Data; edited by people who read policies."""

from __future__ import annotations

from roadworthy.policy.drafting.words.topic import Topic, topic
from roadworthy.policy.model import Area

SUPPLY: tuple[Topic, ...] = (
    topic(
        "exact model version",
        Area.MODEL,
        "preventive/build",
        "pinned|pin the|pin each|exact version|exact revision|fixed version|dated snapshot|model version*"
        "|version of the model|festgelegte version|modellversion*|versioniert|version exacte|version figée"
        "|version du modèle|alias",
        lint="model/*pin* dependency/*pin*",
        weight=1.5,
    ),
    topic(
        "model card",
        Area.MODEL,
        "directive/release",
        "model card*|modellkarte*|modellsteckbrief*|fiche de modèle|fiche modèle|model documentation"
        "|modelldokumentation*|documentation du modèle|carte de modèle",
        serves="- document:model-card card_freshness",
        weight=2.0,
    ),
    topic(
        "licences",
        Area.SUPPLY_CHAIN,
        "preventive/build",
        "license*|licence*|lizenz*|intellectual property|copyright*|urheberrecht*|propriété intellectuelle"
        "|droit d'auteur",
        serves="- review:licences provenance_completeness",
        lint="licence/*",
    ),
    topic(
        "suppliers",
        Area.SUPPLY_CHAIN,
        "directive/design",
        "supplier*|vendor*|third part*|third-part*|provider*|outsourc*|lieferant*|anbieter*|dienstleister*"
        "|drittanbieter*|auftragsverarbeit*|fournisseur*|sous-traitant*|tiers|contract*|vertrag*|contrat*"
        "|due diligence",
        serves="- review:vendor -",
        weight=1.2,
    ),
    topic(
        "hosting region",
        Area.MODEL,
        "preventive/build",
        "hosted in|region*|data residency|within the eu|in the eu|in the european union"
        "|european economic area|eea|outside the eu|innerhalb der eu|in der eu|europäischen union"
        "|europäischen wirtschaftsraum*|union européenne|hébergé*|dans l'ue|third countr*|drittl*nd*",
        weight=1.3,
    ),
    topic(
        "vulnerable software",
        Area.SUPPLY_CHAIN,
        "detective/build",
        "vulnerab*|dependency scan*|dependencies|software bill of materials|sbom|patch*|schwachstelle*"
        "|abhängigkeit*|vulnérabilité*|dépendances",
        serves="- review:dependency-scan -",
        lint="dependency/*",
        weight=1.3,
    ),
    topic(
        "secrets",
        Area.SUPPLY_CHAIN,
        "preventive/build",
        "credential*|password*|api key*|secret key*|access key*|secrets|token*|passwör*|passwort|zugangsdaten"
        "|schlüssel|mot* de passe|identifiants|clé* d'api|source code|quellcode|code source",
        serves="secrets review:secrets-scan -",
        guard="block known shapes of keys and passwords in questions and answers",
        lint="secret/* prompt/*secret*",
        weight=1.4,
    ),
    topic(
        "fallback",
        Area.SUPPLY_CHAIN,
        "corrective/operate",
        "fallback*|fall back|outage*|unavailab*|continuity|exit plan*|exit strateg*|ausfall*|notbetrieb*"
        "|ausfallkonzept*|ersatzverfahren|rückfall*|panne*|continuité|indisponib*|plan de secours"
        "|manual procedure",
        serves="- document:fallback-plan -",
        weight=1.5,
    ),
)
