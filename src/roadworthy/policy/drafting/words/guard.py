"""Words for what holds the system back while it runs. Data; edited by people who read policies."""

from __future__ import annotations

from roadworthy.policy.drafting.words.topic import Topic, topic
from roadworthy.policy.model import Area

GUARD: tuple[Topic, ...] = (
    topic(
        "tool permissions",
        Area.GUARD,
        "preventive/build",
        "tool*|least privilege*|scope*|access right*|permissions|authori* access|werkzeug*|berechtigung*"
        "|zugriffsrecht*|minimale rechte|outils|moindre privilège|droits d'accès|role-based|need-to-know",
        serves="tool_use - tool_policy_compliance",
        guard="allow a tool only with the arguments that its policy names",
        lint="tool/* mcp/*",
    ),
    topic(
        "approval of actions",
        Area.GUARD,
        "preventive/build",
        "payment*|pay*|refund*|transaction*|transfer of funds|irreversible|send* e-mail*|send* an e-mail"
        "|execute*|zahlung*|überweis*|unwiderruflich*|paiement*|virement*|irréversible*|side effect*|order*"
        "|prescri*|verordn*|medikament*|medication*",
        serves="tool_use - tool_policy_compliance",
        guard="hold such an action until a person has approved it",
        lint="tool/*approval*",
        weight=1.1,
    ),
    topic(
        "limits on agents",
        Area.GUARD,
        "preventive/build",
        "ai agent*|agents|each agent|every agent"
        "|an agent|the agent|agentic|ki-agent*|autonomous*|autonom handel*|loop*|number of steps|max* steps"
        "|steps|schritte*|étapes|agenten*",
        serves="tool_use - tool_policy_compliance",
        guard="stop an agent at its limit of steps",
        lint="agent/*",
        weight=1.1,
    ),
    topic(
        "usage limits",
        Area.GUARD,
        "preventive/operate",
        "rate limit*|usage limit*|budget*|cost limit*|spending|quota*|per user per day|nutzungsgrenze*"
        "|kostengrenze*|kontingent*|plafond*|limites d'utilisation|tokens per",
        serves="- document:usage-limits -",
        guard="count requests, tokens and money, and stop at the limit",
        weight=1.6,
    ),
    topic(
        "guard policy",
        Area.GUARD,
        "preventive/operate",
        "guardrail*|content filter*|filter*|screen* input*|screened|moderation|moderat*|inhaltsfilter*"
        "|schutzfilter*|filtre*|modération|input validation",
        serves="harmful_refusal - policy_violation_rate",
        guard="screen what goes into and comes out of the model",
        lint="guard/*",
        weight=1.4,
    ),
    topic(
        "output handling",
        Area.GUARD,
        "preventive/build",
        "output* encod*|sanitis*|sanitiz*|escape*|validate* output*|output validation|output handling"
        "|ausgaben validier*|sorties validées|injection sql",
        serves="structured_output review:output-handling -",
        guard="encode what the model writes before another system reads it",
        weight=1.6,
    ),
    topic(
        "separation of customers",
        Area.GUARD,
        "preventive/build",
        "tenant*|segregat*|separat* of client*|each customer's|other customers|other clients|mandant*"
        "|mandantentrennung|cloisonn*|isolation|entitlement*",
        serves="personal_data review:tenant-isolation pii_leakage_rate",
        guard="filter retrieval by the person on whose behalf the system acts",
        lint="retrieval/*",
        weight=1.5,
    ),
    topic(
        "public tools",
        Area.GUARD,
        "preventive/operate",
        "public tool*|public ai|public chatbot*|consumer tool*|unapproved tool*|unapproved ai|approved tool*"
        "|approved ai|approved system*|approved list|private account*|öffentliche* ki*|öffentliche* chatbot*"
        "|nicht freigegeben*|freigegebene*|outils publics|outils approuvés|personal account*|shadow ai",
        serves="- document:approved-tools paved_road_adoption",
        guard="allow only tools on the approved list",
        weight=1.4,
    ),
)
