"""Words for watching the system, and what is done when it fails. Data; edited by people who read policies."""

from __future__ import annotations

from roadworthy.policy.drafting.words.topic import Topic, topic
from roadworthy.policy.model import Area

OPERATION: tuple[Topic, ...] = (
    topic(
        "monitoring",
        Area.MONITORING,
        "detective/operate",
        "monitor*|drift*|performance in production|performance in production|alert*|alarm*|überwach*"
        "|im laufenden betrieb|surveill*|dérive*|en production|threshold breach*|key indicator*|kennzahl*"
        "|indicateurs|ongoing performance|dashboard*",
        serves="- document:monitoring-plan monitoring_adoption",
        weight=1.2,
    ),
    topic(
        "logging",
        Area.MONITORING,
        "detective/operate",
        "log|logs|logged|logging|audit trail*|audit log*|protokoll*|protokollier*|aufgezeichnet|aufzeichn*"
        "|journal*|traçabilité|trace*|traceab*|record of each",
        serves="- document:logging-plan -",
        lint="logging/*",
        weight=1.3,
    ),
    topic(
        "feedback and complaints",
        Area.MONITORING,
        "detective/operate",
        "complaint*|feedback|report a problem|report concern*|speak up|raise concern*|beschwerde*"
        "|rückmeldung*|réclamation*|signalement*|retour* d'utilisateur*",
        serves="- document:feedback-channel abuse_report_rate",
        weight=1.4,
    ),
    topic(
        "incident reporting",
        Area.INCIDENT,
        "corrective/operate",
        "incident*|breach*|near miss*|report* to the regulator|notify the*|supervisory authorit*|vorfall"
        "|vorfälle*|zwischenfall*|datenpanne*|gemeldet|melden|meldepflicht*|aufsichtsbehörde*|incident*"
        "|violation* de données|notifier|signaler|autorité*|escalat*|eskalier*",
        serves="- document:serious-incident-procedure mttd",
        weight=1.5,
    ),
    topic(
        "stopping the system",
        Area.INCIDENT,
        "corrective/operate",
        "kill switch*|switch* off|stop using|switched off|shut down|shutdown|roll back|rollback*|suspend*"
        "|withdrawn from use|taken out of service|abschalt*|abgeschaltet|außer betrieb|stillgelegt"
        "|notabschaltung*|désactiv*|arrêter|arrêt d'urgence|retour arrière|decommission*",
        serves="- drill:kill-switch mttc",
        guard="switch a route or the whole system off at once",
        weight=1.6,
    ),
    topic(
        "runbook",
        Area.INCIDENT,
        "corrective/operate",
        "runbook*|playbook*|incident response plan*|response procedure*|notfallplan*|notfallhandbuch*"
        "|procédure d'incident|plan de réponse",
        serves="- document:runbook mttm",
        weight=1.8,
    ),
    topic(
        "lessons from incidents",
        Area.INCIDENT,
        "corrective/operate",
        "lessons learned|post-mortem*|root cause*|post-incident*|ursachenanalyse*|retour d'expérience"
        "|causes profondes|corrective action*|korrekturmaßnahme*",
        serves="- review:incident-regressions corrective_action_time",
        weight=1.6,
    ),
)
