"""Words for data: what is personal, where it is from, how long it is kept. Data; edited by people who read policies."""

from __future__ import annotations

from roadworthy.policy.drafting.words.topic import Topic, topic
from roadworthy.policy.model import Area

DATA: tuple[Topic, ...] = (
    topic(
        "personal data",
        Area.DATA,
        "preventive/operate",
        "personal data|personal information|personally identifi*|pii|special categor*|sensitive attribute*"
        "|patient data|patient record*|health data|client data|customer data|customer information|privacy"
        "|data subject*|personenbezogen*|patientendaten*|patientenbezogen*|gesundheitsdaten|kundendaten"
        "|datenschutz|données personnelles|données à caractère personnel|données de santé"
        "|données des patients|données clients|vie privée|confidential*|vertraulich*|confidentiel*"
        "|medical record*|krankenakte*",
        serves="personal_data - pii_leakage_rate",
        guard="mask personal data in questions and answers, and refuse what may not be seen",
        lint="prompt/*personal* dataset/*personal* logging/*",
    ),
    topic(
        "data protection assessment",
        Area.DATA,
        "directive/design",
        "data protection impact assessment*|dpia*|privacy impact assessment*|datenschutz-folgenabschätzung*"
        "|datenschutzfolgenabschätzung*|analyse d'impact relative à la protection*|aipd",
        serves="- document:dpia assessment_coverage",
        weight=2.5,
    ),
    topic(
        "retention and erasure",
        Area.DATA,
        "directive/operate",
        "retention|retain*|retained|erase*|erasure|delete*|deletion|aufbewahr*|aufzubewahr*|lösch*|gelöscht"
        "|löschfrist*|conserver|conservé*|conservation|effacer|effacé*|effacement|supprimé*|archiv*",
        serves="- document:data-retention -",
        lint="dataset/*retention*",
        weight=1.4,
    ),
    topic(
        "training data",
        Area.DATA,
        "detective/build",
        "training data*|train* data*|train on|train a model|train or fine-tune|fine-tun*|data used to train"
        "|used to train|trainingsdaten*|training von|trainiert|données d'entraînement|entraîn*|poison*"
        "|data quality|datenqualität|qualité des données|labelled data|representative",
        serves="- review:training-data -",
        lint="dataset/*",
        weight=1.6,
    ),
    topic(
        "origin of data",
        Area.DATA,
        "directive/build",
        "provenance|origin of*|lineage|source* of the data|source of each dataset|data source*|herkunft*"
        "|datenherkunft|datenquelle*|provenance des données|origine des données",
        serves="- document:data-sheet provenance_completeness",
        lint="dataset/*licence* licence/*",
    ),
    topic(
        "separate test data",
        Area.DATA,
        "preventive/evaluate",
        "test data*|held-out|hold-out|holdout|out-of-sample|contaminat*|leakage between|evaluation data*"
        "|validation data*|testdaten*|validierungsdaten*|données de test|échantillon de validation",
        serves="- review:contamination -",
        weight=1.3,
    ),
)
