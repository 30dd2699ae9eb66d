"""What questionnaires ask about: facts of the manifest, and controls by name, by the words they use. Data."""

from __future__ import annotations

from roadworthy.evidence.documents.answers.matter import Matter, Place, matter

MATTERS: tuple[Matter, ...] = (
    matter(
        "purpose",
        "purpose of|intended purpose|business purpose|intended use*|use case*",
        facts="purpose intended_use",
        controls="doc-purpose",
    ),
    matter(
        "excluded uses",
        "must not be used|may not be used|not be used for|out of scope|prohibited use*|excluded use*",
        facts="out_of_scope_use",
        controls="doc-purpose",
    ),
    matter(
        "people",
        "users of the system|groups … affected|affected … groups|people affected|intended users|who … users|end "
        "users … groups",
        facts="users affected_groups",
        controls="doc-people",
    ),
    matter(
        "data classes",
        "categor* … data|kind* of … data|type* of … data|which … data|sensitive … information|personal data … "
        "process*|process* … personal data|personal information … which",
        facts="data_classes",
        controls="data-classes",
    ),
    matter(
        "markets",
        "which countries|which markets|geograph*|jurisdiction*|countries … offered|countries … available",
        facts="markets",
        controls="doc-markets",
    ),
    matter(
        "languages",
        "which languages|languages … support*|support* … languages|multilingual|other languages|each language",
        facts="languages",
        controls="eval-multilingual doc-markets",
    ),
    matter(
        "oversight",
        "human in the loop|human oversight|human-in-the-loop|human supervision|oversee* … decision*|supervised by",
        facts="human_oversight",
        controls="oversight-human",
    ),
    matter(
        "autonomy",
        "autonom*|act* alone|without … human|level of automation",
        facts="autonomy",
        controls="oversight-autonomy",
    ),
    matter(
        "executive",
        "accountable executive|executive level|senior management|accountab* … executive|executive … "
        "accountable|executive sponsor",
        facts="accountable_executive",
        controls="oversight-executive",
    ),
    matter(
        "owner",
        "who owns|system owner|owner of the|product owner|responsible team",
        facts="owner",
        controls="oversight-owner",
    ),
    matter(
        "models",
        "which … models|foundation model*|language model*|base model*|model … in use|models do you use",
        facts="components",
        controls="model-identity model-pinned",
    ),
    matter(
        "bill of materials",
        "bill of materials|aibom|ai-bom|sbom|list of components|inventory of … components",
        facts="components",
    ),
    matter(
        "pinning",
        "pinned|model version*|version … in use|silent* … change*|change* … silent*|model update*|version "
        "control … model*",
        controls="model-pinned monitoring-canary",
        facts="components",
    ),
    matter(
        "licences",
        "licence*|license*|intellectual property … models",
        facts="components",
        controls="model-licence static-licences",
    ),
    matter(
        "region",
        "hosted|hosting|which region|data residency|data location|where … models … run",
        facts="components",
        controls="model-region",
    ),
    matter(
        "risk class",
        "ai act|risk rating|risk category|risk classification|risk tier|risk level|risk assessment",
        facts="assessment",
        controls="oversight-assessment",
    ),
    matter(
        "prohibited",
        "prohibited practice*|unacceptable risk|forbidden practice*|article 5",
        controls="oversight-prohibited",
    ),
    matter("dpia", "dpia|data protection impact|privacy impact|pia", controls="data-protection"),
    matter(
        "impact", "fundamental rights|impact assessment|societal impact|fria", controls="oversight-impact rights-impact"
    ),
    matter(
        "data protection impact",
        "data protection impact assessment|privacy impact assessment",
        controls="data-protection",
    ),
    matter("rights impact", "fundamental rights impact assessment", controls="oversight-impact rights-impact"),
    matter(
        "retention",
        "retain*|retention|how long … kept|deleted|deletion|erasure|erased|purged",
        controls="data-retention",
    ),
    matter(
        "training on data",
        "used to train|used for training|train on|to train or fine-tune|fine-tune* … data|customer data … "
        "train*|our data … train*|improve your models",
        controls="data-training-review",
    ),
    matter(
        "training data",
        "training data … come|source of … training|training data source*|provenance|origin of … data|training datasets",
        controls="data-provenance data-training-review",
    ),
    matter(
        "memorisation", "memoris*|memoriz*|reproduce … training data|verbatim|regurgitat*", controls="eval-memorisation"
    ),
    matter(
        "datasheets",
        "datasheet*|data sheet*|dataset documentation|data cards|documentation of … datasets",
        controls="doc-datasheet",
    ),
    matter(
        "direct injection",
        "prompt injection*|overrid* … instruction*|ignore … instruction*|instruction override*|manipulat* … prompt*",
        controls="eval-injection-direct",
    ),
    matter(
        "indirect injection",
        "indirect prompt injection*|indirect injection*|instructions … documents|instructions … web "
        "pages|instructions … content|poisoned document*|poisoning",
        controls="eval-injection-indirect",
    ),
    matter(
        "prompt leak",
        "system prompt*|instructions … leak|prompt … leak|leak … prompt|confidential instructions|prompt "
        "extraction|hidden prompt",
        controls="eval-prompt-leak",
    ),
    matter("jailbreak", "jailbreak*", controls="eval-jailbreak"),
    matter(
        "red team",
        "red team*|red-team*|adversarial … test*|adversarial … human*|penetration test* … model*|human testers",
        controls="eval-red-team",
    ),
    matter(
        "guard",
        "guardrail*|content filter*|moderation|input filter*|output filter*|guard policy",
        controls="guard-present",
    ),
    matter(
        "untrusted content",
        "untrusted content|untrusted source*|untrusted data|vector store*|knowledge base … "
        "handled|user-generated content|content … reviews",
        controls="guard-untrusted",
    ),
    matter(
        "hallucination", "hallucinat*|made up|made-up|fabricat*|factual*", controls="eval-hallucination eval-grounding"
    ),
    matter(
        "grounding",
        "grounded|cited sources|cite* … source*|citation*|source attribution|supported by … sources",
        controls="eval-grounding",
    ),
    matter(
        "quality",
        "accura*|answer quality|quality of … answers|correctness|performance metric*|how good",
        controls="eval-quality",
    ),
    matter(
        "harmful",
        "harmful|dangerous content|illegal content|abusive|toxic*|unsafe content|refuse* … requests",
        controls="eval-harmful",
    ),
    matter(
        "over-refusal",
        "refus* … legitimate|legitimate … refus*|over-refus*|overrefus*|too often|false refus*|benign",
        controls="eval-over-refusal",
    ),
    matter(
        "fairness",
        "fair|fairness|bias*|discriminat*|protected group*|protected characteristic*|equal treatment",
        controls="eval-fairness",
    ),
    matter("robustness", "robust*|typo*|paraphras*|perturb*|noise", controls="eval-robustness"),
    matter("consistency", "same … answer|consisten*|reproducib*|determinis*", controls="eval-consistency"),
    matter(
        "malformed",
        "malformed|extremely long|invalid input*|unexpected input*|oversized|fuzz*",
        controls="eval-malformed",
    ),
    matter(
        "disclosure of personal data",
        "disclos* … personal|leak* … personal|reveal* … personal|personal data of other*|other customers … "
        "data|data of other customers|pii … leak*|leak* … pii",
        controls="eval-personal-data guard-isolation",
    ),
    matter(
        "tenants", "tenant*|logically separat*|segregat*|data isolation|isolat* … customer*", controls="guard-isolation"
    ),
    matter("secrets", "secret*|api key*|credential*|password*", controls="static-secrets supply-secrets eval-secrets"),
    matter(
        "tool use", "tools … intended|tools … allowed|tool use|tool misuse|misuse … tools", controls="eval-tool-use"
    ),
    matter(
        "tool rights",
        "least privilege|permission*|tool scope*|plugin*|privileges|access … tools|tools … access|through its tools",
        controls="guard-tool-scopes guard-tool-arguments",
    ),
    matter(
        "approval of acts",
        "irreversible|payment*|refund*|transaction*|approved by a person|human approval|confirm* by a "
        "human|confirmed by|approval … action*",
        controls="guard-tool-approval",
    ),
    matter(
        "agent steps",
        "steps … agent*|agent* … steps|endless loop*|infinite loop*|loop limit*|runaway",
        controls="guard-agent-steps",
    ),
    matter(
        "limits", "rate limit*|cost limit*|usage limit*|quota*|denial of wallet|throttl*", controls="guard-consumption"
    ),
    matter(
        "output handling",
        "output* … validated|validat* … output|output* … sanit*|sanit* … output*|output encoding|output handling",
        controls="guard-output",
    ),
    matter(
        "model files",
        "model theft|malicious model*|model file*|serialis*|serializ*|pickle|tampered model*",
        controls="model-serialisation model-identity static-models",
    ),
    matter("model card", "model card*|model documentation", controls="model-card"),
    matter(
        "incident plan",
        "incident response|response plan|incident plan|runbook*|playbook*|incident management|incident procedure",
        controls="incident-runbook",
    ),
    matter(
        "incident contact",
        "contact in case|whom … contact|contact … incident*|incident contact|report* a security|security contact",
        controls="incident-contact",
    ),
    matter(
        "stop",
        "kill switch*|switched off|switch off|emergency stop|shut* down|roll* back|rollback|disable* the",
        controls="incident-stop",
    ),
    matter(
        "authorities",
        "authorit* … notif*|notif* … authorit*|serious incident*|regulator* … notif*|notif* … "
        "regulator*|report* to … authorit*",
        controls="incident-reporting serious-incidents",
    ),
    matter(
        "lessons",
        "incidents … tests|past incidents|lessons learn*|regression test*|post-mortem*|postmortem*",
        controls="incident-regression",
    ),
    matter(
        "monitoring",
        "monitor* … production|production monitoring|drift*|degradation|monitoring plan|post-market|after "
        "deployment|in production",
        controls="monitoring-plan monitoring-canary",
    ),
    matter("logging", "log|logs|logged|logging|audit trail*|traceab*", controls="monitoring-logging static-logging"),
    matter(
        "feedback",
        "report* problem*|users report|feedback|report* … output|complaint*|flag … answer*",
        controls="monitoring-feedback",
    ),
    matter(
        "disclosure",
        "interact* with an ai|interacting with|talk* to a machine|chat* with a bot|chatting with|aware … "
        "ai|informed that|transparency notice|disclosed to users",
        controls="doc-disclosure",
    ),
    matter(
        "instructions",
        "instructions for use|user manual*|user guide*|deployer guidance|operating instructions",
        controls="doc-instructions",
    ),
    matter(
        "technical file", "technical documentation|technical file|annex iv", controls="doc-technical technical-file"
    ),
    matter(
        "recourse",
        "contest*|appeal*|recourse|redress|challenge a decision|human review of a decision",
        controls="oversight-recourse",
    ),
    matter("explanation", "explain* … decision*|explanation*|explainab*", controls="explanation oversight-recourse"),
    matter(
        "staff",
        "staff … train*|train* … staff|operators … train*|employees … train*|ai literacy|personnel … train*",
        controls="oversight-training ai-literacy",
    ),
    matter(
        "dependencies",
        "dependenc*|vulnerabilit*|cve|cves|third-party packages|open source packages|software composition",
        controls="supply-dependencies static-dependencies",
    ),
    matter(
        "suppliers",
        "supplier* … assess*|assess* … supplier*|suppliers|vendor*|subprocessor*|sub-processor*|third-party "
        "risk|who provides",
        controls="supply-vendor",
    ),
    matter(
        "fallback",
        "unavailable|outage*|fallback*|fail over|failover|business continuity|exit plan|exit strategy",
        controls="supply-fallback",
    ),
    matter("threat model", "threat model*|stride|abuse case*|attack surface", controls="oversight-threats"),
    matter(
        "independent review",
        "independent … review*|independent … evaluat*|third party … evaluat*|external audit* … "
        "evaluat*|independent party",
        controls="eval-independent",
    ),
    matter(
        "proof of controls",
        "controls … effective*|effectiveness of … controls|controls … tested",
        controls="controls-proven",
    ),
    matter("mcp", "mcp|model context protocol|tool server*", controls="supply-mcp-pinned static-mcp"),
    matter("lawful basis", "lawful basis|legal basis|gdpr … basis", controls="lawful-basis"),
    matter(
        "transfers",
        "third countr*|international transfer*|cross-border|standard contractual clauses",
        controls="transfers",
    ),
    matter(
        "marking", "watermark*|marked as … generated|synthetic content|provenance mark*", controls="content-marking"
    ),
)
"""Every matter. Where phrases overlap, see `Place.yields_to`."""


def shown_in(text: str) -> tuple[tuple[Matter, str], ...]:
    """Return the matters that ``text`` shows, in its order, each with the words that show it.

    >>> [matter.name for matter, _ in shown_in("Do you test for indirect prompt injection?")]
    ['indirect injection']
    """
    return tuple((place.matter, text[place.start : place.end]) for place in places_in(text))


def places_in(text: str) -> tuple[Place, ...]:
    """Return where ``text`` shows which matter, in its order, each matter once."""
    found = [place for one in MATTERS for place in one.places(text)]
    kept = [place for place in found if not any(place.yields_to(other) for other in found)]
    made: dict[str, Place] = {}
    for place in sorted(kept, key=lambda one: (one.start, one.end, one.matter.name)):
        made.setdefault(place.matter.name, place)
    return tuple(made.values())
