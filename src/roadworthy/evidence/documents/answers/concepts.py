"""The vocabulary of questionnaires: words that mean one thing there, whatever their order. Data.

The groups follow the domains that customers' questionnaires share (cloud security, third-party risk, AI management,
AI risk functions, application security of language models), in words of our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS = {
    # What a question wants to hear.
    "who": "who|whom|whose|name the|name a|which person|which role|responsible person|person responsible|contact",
    "where": "where|which countr*|which region*|location*|located|physically|country|countries|region|regions",
    "list": "list|which|what kind*|what type*|name all|enumerate|inventory|overview of|catalogue|register of",
    "how long": "how long|period|duration|how many days|how many months|how many years|time limit|after how",
    # What is spoken of.
    "ai": "ai|a.i|llm*|model|models|bot|bots|chatbot*|assistant|assistants|algorithm*|genai|gpt|machine learning|ml|"
    "artificial intelligence|tool|product|solution|system|feature|software|service",
    "agent": "agent|agents|agentic|assistant|bot|chatbot",
    "model": "model|models|llm|llms|foundation model*|weights|gpt|language model*",
    "data": "data|information|records|datasets|dataset|content|files|documents|inputs",
    "personal": "personal*|pii|private|privacy|personally|confidential|sensitive|names|address*|gdpr|special categor*|"
    "customer data|customer's data|data subject*|identit*",
    "others": "other customer*|another customer*|somebody else*|someone else*|others|other user*|other client*|"
    "other tenant*|another user*|another tenant*|third part*|wrong person|different customer*|different client*",
    "talk": "chat|chats|conversation*|transcript*|prompt|prompts|dialogue*|message*|session*|history|interaction*|"
    "utterance*|what we type|what users type|input*",
    "reply": "answer*|output*|response*|repl*|result|results|generated|what it says|statement*|texts",
    "document": "document*|web page*|webpage*|website*|e-mail*|email*|attachment*|file|files|pdf*|review|reviews|"
    "wiki*|article*|retriev*|knowledge base|rag|search result*|external content|third-party content|uploaded|calendar|"
    "corpus|index|vector*",
    "instruction": "instruction*|command|commands|rules|guideline*|guidelines|role|persona|orders|directive*",
    "system prompt": "system prompt*|system message*|initial prompt*|hidden instruction*|internal instruction*|"
    "own instruction*|developer prompt*|configuration prompt*|meta prompt*|preprompt|pre-prompt",
    # People and organisation.
    "executive": "executive*|board|c-level|top management|senior management|management body|director|director*|ceo|"
    "cio|ciso|leadership|chief|senior leader*|highest level|management level",
    "own": "own|owns|owner*|owning|in charge|responsible|responsibility|maintains|looks after|answers for|accountable|"
    "accountability",
    "staff": "staff|employee*|operator*|personnel|workforce|colleague*|support agents|case workers|clerks|your people|"
    "your team|overseers|human reviewer*|analysts|users of the system",
    "educate": "train|trained|training|trainings|educat*|literacy|instruct|instructed|skilled|skills|competence*|"
    "competent|qualified|qualification*|taught|awareness|onboard*|e-learning|courses|upskill*",
    "person": "person|people|human|humans|manual*|staff member|employee|somebody|someone|reviewer|supervisor|operator",
    "user": "user|users|customer|customers|consumer*|end user*|visitor*|client|clients|public|individual*|"
    "data subject*|people|persons|citizen*|employees",
    "affected": "affected|impacted|harmed|concerned|vulnerable|at risk|exposed|suffer*|disadvantaged|subject to",
    # What is done to it, and by whom.
    "attacker": "attack*|adversar*|malicious|hacker*|hacked|hostile|bad actor*|threat actor*|abuser*|criminal*|evil|"
    "tamper*|manipulat*|trick|tricked|tricking|fool|fooled|persuad*|coax*|talk* into|convince*|bypass*|circumvent*|"
    "subvert*|override*|overriding|hijack*|exploit*|misuse*|abuse*|abused|break out|social engineer*|outsmart*",
    "ignore": "ignor*|disregard*|forget*|deviat*|outside its role|outside of its role|out of character|go beyond|"
    "act against|violate*|break its|off-script|off script|things it should not|other than intended",
    "hide": "hidden|hide*|embedded|embed|planted|plant|smuggl*|contain*|inside|injected|inject|invisible|buried",
    "injection": "prompt injection*|injection|injections|inject*",
    "jailbreak": "jailbreak*|jail break*|dan prompt*|role-play*|roleplay*|role play*|many-shot|crescendo|obfuscat*",
    "pentest": "pen test*|pentest*|pen-test*|penetration test*|ethical hack*|red team*|redteam*|red-team*|"
    "attack simulation*|adversarial exercise*|security exercise*|bug bount*|offensive test*|adversarial test*|"
    "human tester*|purple team*",
    "leak": "leak*|disclos*|reveal*|expos*|expose|exfiltrat*|show up|shows up|shown to|visible to|appear in|surfac*|"
    "spill*|give away|gives away|divulg*|extract*|see the|sees|access the|cross-contaminat*|mix up|mixed up|bleed*",
    "isolate": "tenant*|multi-tenan*|segregat*|separat*|isolat*|partition*|silo*|cross-customer|logically divided",
    "harm": "harmful|self-harm|self harm|suicid*|weapon*|bomb*|explosive*|toxic*|abusive|hate|hateful|hate speech|"
    "violent|violence|illegal|unlawful content|dangerous|unsafe|offensive|insult*|inappropriate|drugs|malware|"
    "extremis*|terror*|csam|sexual*|nsfw|pornograph*|obscene|profan*",
    "refuse": "refus*|declin*|reject*|den*|turn down|turned away|block*|over-cautious|overcautious|say no",
    "legitimate": "legitimate|benign|harmless|valid|innocent|reasonable|ordinary|acceptable|allowed question*|"
    "permitted",
    "invent": "invent*|make* up|made up|making up|make* things up|hallucinat*|fabricat*|confabulat*|untrue|false|"
    "wrong|incorrect|misinformation|mislead*|bogus|non-existent|nonexistent|lie|lies|fantas*",
    "fact": "fact*|claim*|answer*|statement*|information|citation*|reference*|source|sources|content|things|truth*",
    "source": "source|sources|cite*|citing|citation*|reference material|grounded|grounding|grounds|backed by|based on|"
    "traceable to|attribut*|supporting document*|faithful*",
    "accurate": "accura*|correct|correctness|precis*|quality|performance|reliab*|error rate*|error-rate|benchmark*|"
    "success rate*|how good|how well|effectiveness|f1|recall|acceptance criteria|kpi*|metric*",
    "measure": "measur*|test|tests|tested|testing|evaluat*|assess*|validat*|verif*|benchmark*|check|checks|checked|qa|"
    "quantif*|report*|metrics|scored",
    "fair": "fair*|bias*|discriminat*|equal*|equit*|unequal|prejudic*|stereotyp*|disparate|disparit*|"
    "treated differently|worse service|disadvantage*|inclusive*|protected characteristic*|protected group*",
    "group": "gender*|women|men|female|male|ethnic*|race|racial|origin*|nationalit*|foreign*|age|elderly|older|"
    "younger|disab*|religio*|minorit*|demographic*|accent*|dialect*|sexual orientation|names|subgroup*|groups",
    "language": "language|languages|multilingual|german|french|spanish|italian|dutch|polish|turkish|chinese|arabic|"
    "non-english|english|locale*|translat*",
    "robust": "robust*|typo*|misspell*|spelling|paraphras*|rephras*|reword*|perturb*|noise|noisy|slightly different|"
    "small change*|resilien*|stability|out-of-distribution",
    "same": "same question|same input|same answer|same prompt|consisten*|reproducib*|determinis*|non-determinis*|"
    "repeatab*|identical|twice|different answer*|vary|varies",
    "malformed": "malformed|invalid|garbage|unexpected|oversized|oversize|very long|extremely long|huge|too long|"
    "null byte*|control character*|unicode|emoji*|fuzz*|edge case*|corrupt*|special character*|empty input|garbled|"
    "megabyte*|1mb|boundary|input validation|sanitization|sanitisation",
    "prompts": "prompt|prompts|prompt template*|prompt library|prompt engineering",
    "lint": "static analys*|code review*|static check*|linter*|linting|reviewed before|review … before|"
    "security review*",
    "memorise": "memori*|regurgitat*|verbatim|word for word|reproduce*|recite*|recall*|extract training|copyrighted",
    "secret": "secret*|api key*|api token*|token|tokens|credential*|password*|private key*|access key*|hard-coded|"
    "hardcoded|hard coded|connection string*",
    "code": "code|repositor*|repo|git|source code|codebase|artefact*|artifact*|image|images|bundle|release",
    # What it can do, and what bounds it.
    "act": "action|actions|act|acts|perform*|execut*|carry out|carries out|transaction*|operation*|decide*|decision*|"
    "trigger*|initiat*|tasks",
    "money": "money|monetary|pay|pays|paid|payment*|paying|refund*|transfer money|purchase*|spend*|"
    "financial transaction*|invoice*|order goods|euro|euros|dollar*|ceiling*|send*|delet*|irreversibl*|"
    "critical action*|consequential|high-impact|high impact|high-risk action*",
    "approve": "approv*|confirm*|sign-off|sign off|signs off|authoris*|authoriz*|four eyes|four-eyes|permission|"
    "consent|human agree*|dual control|review before|second person|agreed|agrees",
    "limit": "limit*|cap|caps|capped|quota*|throttl*|restrict*|ceiling*|bound|bounds|bounded|maximum|budget*|"
    "threshold*|guard against|ration*|max",
    "alone": "autonom*|on its own|by itself|unattended|without a human|without human|without any human|automatically|"
    "fully automated|self-directed|independently|unsupervised|automation|automated",
    "oversee": "oversee*|oversight|supervis*|human in the loop|human-in-the-loop|hitl|intervene*|intervention|step in|"
    "override|veto|human control|human review*|watch over|monitored by a|four eyes",
    "privilege": "least privilege|least-privilege|privilege*|permission*|scope|scopes|scoped|rights|access right*|"
    "role-based|need to know|narrow|over-permission*|excessive agency|entitlement*|credentials of the tool*|"
    "what … access",
    "function": "tool|tools|plugin*|plug-in*|function|functions|function call*|connector*|integration*|api call*|apis|"
    "skills of the agent|extension*|backend*",
    "argument": "argument*|parameter*|schema*|typed|input of the tool*|arbitrary input*|sql",
    "loop": "loop*|endless*|infinite*|runaway|run away|recurs*|iteration*|steps|forever|never stop*|stuck",
    "consume": "cost|costs|bill|bills|billing|usage|consumption|tokens per|requests per|flood*|denial of service|dos|"
    "denial of wallet|resource exhaust*|overload*|spend|spending|expens*|abuse of resources|rate limit*|rate-limit*",
    "guard": "guardrail*|guard rail*|content filter*|moderation|moderated|filter|filters|filtering|firewall|shield*|"
    "screening|screened|safety layer|safety system|classifier*|safeguard*|input filter*|output filter*",
    "encode": "escap*|encod*|sanitis*|sanitiz*|validated|rendered|rendering|xss|cross-site|html|javascript|script|"
    "scripts|markdown|sql injection|downstream|insecure output|output handling|untrusted output|clean*",
    # What the model is, where it runs, who makes it.
    "version": "version*|snapshot*|pinned|pinning|alias*|release number|frozen|immutable",
    "change": "chang*|updat*|upgrad*|swap*|replac*|altered|new version*|modif*|without notice|silent*|"
    "behind your back|deprecat*",
    "provider": "provider*|vendor*|supplier*|subprocessor*|sub-processor*|subcontractor*|third part*|third-party|"
    "fourth part*|fourth-party|openai|anthropic|google|azure|aws|mistral|hugging face|huggingface|upstream|"
    "company supplying|company behind|manufacturer*|outsourc*|supplying|who provides|supplied by",
    "vet": "due diligence|vet|vetted|vetting|assess*|review*|audit*|questionnaire*|select*|onboard*|evaluat*|"
    "risk-rat*|monitor*|process for|contract*|check*|qualif*",
    "gone": "bankrupt*|insolven*|unavailab*|outage*|goes down|go down|discontinu*|out of business|shut its|"
    "switch provider*|fallback*|fall back|fail over|failover|continuity|exit plan*|exit strateg*|alternative model*|"
    "second source|backup model*|lock-in|stops offering|terminat*|goes away|retire*|dependency on|stops working|"
    "disappear*",
    "licence": "licens*|licenc*|terms of use|open source|open-source|permissive|intellectual property",
    "host": "host|hosts|hosted|hosting|inference|run|runs|running|deployed|process|processed|processing|resid*|"
    "residency|data centre*|data center*|servers|cloud region*|stays in|kept in|leave*|leaves|eea|eu|european union|"
    "on-premise*",
    "component": "component*|inventory|bill of materials|bom|sbom|aibom|ai-bom|parts|building blocks|stack|"
    "what is it made of|asset*",
    "package": "package*|dependenc*|librar*|third-party code|open source component*|open-source component*|modules|"
    "containers|container|software supply chain",
    "vulnerable": "vulnerab*|cve|cves|security hole*|known issue*|flaw*|weakness*|security bug*|scan|scans|scanned|"
    "scanning|sca|patch|patches|patched|patching|outdated|advisor*|exploitable",
    "model file": "model file*|weights file*|pickle*|serialis*|serializ*|safetensors|checkpoint*|backdoor*|trojan*|"
    "tampered model*|malicious model*|poisoned model*|model tampering|model theft|model integrity|"
    "integrity of the model*|authenticity of the model*|hash of the model*|signed model*",
    "keep": "keep*|kept|retain*|retention|stor*|archiv*|hold|held|persist*|saved|saving",
    "erase": "delet*|eras*|wip*|purg*|remov*|destroy*|forgotten|right to be forgotten",
    # What is learned from, and its papers.
    "learn": "train|trained|training|train on|fine-tun*|finetun*|finetuning|retrain*|improve|improves|improving|"
    "improvement|smarter|learn|learns|learning|used to develop|product development",
    "our data": "our data|customer data|our content|our prompt*|our chat*|our conversation*|our input*|"
    "our information|our documents|client data|user data|customers' data|customer's data|tenant data|anything we|"
    "what we type|what we enter|what users enter|we enter|we submit|submitted data|our confidential|our users|"
    "we upload|uploaded|anything that we",
    "origin": "origin|origins|provenance|come from|comes from|came from|source of|sources of|collected|acquired|"
    "scraped|obtained|lineage|gathered|sourced|where … from",
    "dataset": "training data*|training set*|training corpus|dataset*|data set*|corpus|corpora|fine-tuning data|"
    "data used",
    "describe data": "datasheet*|data sheet*|data card*|dataset documentation|documentation of data|data dictionary|"
    "data statement*|dataset card*",
    "model card": "model card*|model documentation|documentation of the model|model report*|system card*|fact sheet*|"
    "factsheet*",
    "paper": "document|documents|documentation|documented|documenting|technical file|technical documentation|annex iv|"
    "dossier",
    "manual": "manual|manuals|handbook|user guide*|user manual*|instructions for use|operating instructions|guidance|"
    "how-to|help page*|admin guide*|deployment guide*|usage guide*|documentation for operators|operator documentation",
    "purpose": "what is … for|what are … for|business process*|business function*|business case|objective of|"
    "objectives of|purpose|purposes|goal of|aim of|use case*|usecase*|intended use*|intended for|meant to|meant for|"
    "designed to|designed for|business need|problem|what does it do|what is it for|scenario*|situations|used for|"
    "applied for",
    "forbid": "not be used|not be relied|not rely|not suitable|unsuitable|must not|should not|shall not|may not be|"
    "out of scope|out-of-scope|excluded|prohibited uses|forbidden uses|not intended|not designed|limitation*|"
    "off-limits|misuse|unintended use*|restricted use*|avoid using|not recommended|contraindicat*|not for",
    "category": "categor*|kind|kinds|type|types|classes|class|classification|which|what sort*",
    "market": "market|markets|countries|country|jurisdiction*|geograph*|territor*|regions|offered|available in|sold",
    # Law and risk.
    "law": "ai act|2024/1689|eu regulation|european regulation|ai regulation|regulat*|annex iii|legislation|eu ai",
    "risk": "risk class*|risk categor*|risk level*|risk tier*|risk rating*|risk assessment*|high risk|high-risk|"
    "limited risk|minimal risk|classif*|risk management|risk analysis|risk profile|overall risk|criticality|tier",
    "prohibited": "prohibited practice*|forbidden practice*|banned|article 5|art. 5|unacceptable risk|social scoring|"
    "manipulative techniques|subliminal|prohibited ai",
    "dpia": "dpia|pia|data protection impact|privacy impact|art. 35|article 35|impact on privacy|privacy assessment|"
    "privacy risk assessment|data protection assessment|assessment according art|gdpr assessment",
    "impact": "impact assessment*|fundamental right*|human right*|societal|society|ethic*|consequences|"
    "effects on people|effect on people|harms|negative effect*|adverse impact*|unintended consequence*|fria|"
    "social impact|impact on individuals|impact on people",
    "effect": "legal effect*|significant effect*|similarly significant|effect of its output|consequence of its output|"
    "legally binding|impact of a decision",
    "contest": "contest*|appeal*|object to|objection|challenge|challenges|dispute the|redress|recourse|look again|"
    "second look|complain about a decision|remedy|overturn*|human to review|reconsider*|escalate to a human|"
    "request a human|ask for a human|human instead|opt out|opt-out|talk to a human|speak to a human",
    "decided": "decision*|decide*|outcome*|result|results|rejected|denied|judg*",
    "threat": "threat model*|threat analys*|threat assessment*|stride|abuse case*|attack surface|attack tree*|"
    "attack vector*|misuse case*|security design review|threats were|threat catalogue|atlas|security threats|owasp",
    "basis": "lawful basis|legal basis|legal ground*|article 6|art. 6|lawfulness|legitimate interest*",
    "transfer": "third countr*|international transfer*|cross-border|cross border|standard contractual|sccs|scc|"
    "adequacy|transfer outside|leave the eu|leave the eea|outside the eu|outside the eea|outside of the eu|"
    "leaves the eea",
    "marking": "watermark*|label* as ai|marked as|labelled as|labelled … generated|ai-generated label*|c2pa|"
    "synthetic content|machine-readable mark*|deepfake*|deep fake*|content credential*",
    # What the lists of risks call them.
    "agency": "excessive agency|excessive autonomy|excessive permission*|overly broad permission*|tool misuse|"
    "tool abuse|confused deputy|privilege compromise|privilege abuse|identity and privilege abuse",
    "improper output": "improper output handling|insecure output handling|output handling",
    "unbounded": "unbounded consumption|model denial of service|resource exhaustion|denial of wallet|resource overload",
    "misinformation": "misinformation|overreliance|over-reliance|confabulation*|factually incorrect|ungrounded",
    "disclosure": "sensitive information disclosure|data leakage|information leakage|privacy leakage|"
    "data exfiltration|inference attack*|membership inference|model inversion",
    "poisoning": "data poisoning|model poisoning|training data poisoning|data and model poisoning",
    "embedding": "vector and embedding*|embedding weakness*|vector database*|vector store*|retrieval poisoning|"
    "memory poisoning|context poisoning|rag poisoning",
    "cascade": "goal hijack*|goal manipulation|intent breaking|agent hijack*|instruction hijack*",
    "trustworthy": "harmful bias|bias management|algorithmic bias|algorithmic fairness|non-discrimination",
    # Running it.
    "live": "production|live|go-live|after deployment|after release|once deployed|in operation|in the field|over time|"
    "post-market|post-deployment|postmarket|day to day|ongoing|continuous|continuously|runtime|run time|post launch",
    "watch": "monitor*|drift*|degrad*|worse|worsen*|decay|detect*|alert*|dashboard*|observ*|find out|notice|noticed|"
    "surveil*|track|tracked|tracking|early warning*|anomal*|deteriorat*|regress*",
    "log": "log|logs|logged|logging|audit trail*|audit log*|event record*|trace|traces|traceab*|reconstruct*|replay*|"
    "forensic*|record of|records of|recorded|journal*|evidence of what|what exactly",
    "report": "report|reports|reported|reporting|flag|flags|flagged|tell you|feedback|complain*|complaint*|thumbs|"
    "notify you|give feedback|raise an issue|raise a concern|let you know",
    "bad reply": "wrong answer*|bad answer*|bad output*|problem*|problematic|mistake*|incorrect answer*|issue|issues|"
    "concern*|inaccura*|harmful output*|error|errors|unsatisfactory",
    "incident": "incident*|emergenc*|breach*|failure*|malfunction*|crisis|something goes wrong|goes wrong|event of|"
    "misbehav*|disaster*|accident*",
    "plan": "plan|plans|runbook*|playbook*|procedure*|process|processes|handle*|handled|handling|respon*|escalat*|"
    "steps|what do they do|react*|protocol|manage|managed|management",
    "reach": "contact|contacts|reach|reached|reachable|call|called|phone|hotline|on call|on-call|24/7|24x7|at night|"
    "3am|whom|e-mail us|escalation point|point of contact|duty",
    "stop": "kill switch*|kill-switch*|switch* off|switched off|turn* off|turned off|shut* down|shut off|shutdown|"
    "disabl*|deactivat*|emergency stop*|take offline|offline|suspend*|halt*|roll back|rollback|rolled back|roll* back|"
    "revert*|stop using|turn … off|switch … off|take … down|pull the plug|pause",
    "authority": "authorit*|regulator*|supervisory|government|market surveillance|watchdog|competent body|ico|bsi|"
    "bafin",
    "tell": "notif*|inform*|tell|told|report*|notice|announce*|communicat*|disclose*|learn that|aware|know|knows|"
    "made clear|label*|indicat*|transparen*",
    "machine": "not a human|no human|machine|a bot|an ai|a robot|with ai|with an ai|automated system|talking to|"
    "chatting|chatting with|interact* with|human is answering|human or|real person|artificial",
    "lesson": "lesson*|post-mortem*|postmortem*|root cause*|regression test*|prevent recurrence|recurrence|"
    "not happen again|happen again|learned from|learn from incident*|become tests|past incident*|previous incident*|"
    "corrective action*",
    "independent": "independen*|outside of the development|outside the development|external*|third-party audit*|"
    "second line|impartial|someone else than|other than the developer*|not involved|neutral|separate team|"
    "internal audit|objective party|unbiased",
    "test results": "test result*|evaluation*|results|test report*|testing|tests|validation|assessment*",
    "explain": "explain*|explanation*|explainab*|interpretab*|why it|reasoning behind|rationale|"
    "transparen* of decision*",
    "proof": "effectiveness of|controls work|control testing|controls tested|controls are tested|"
    "prove that the control*|prove your control*|seeded fault*|fault injection|operate effectively|"
    "operating effectiveness",
    "mcp": "mcp|model context protocol|tool server*",
    "review data": "cleaned|labelled|labeled|curated|curation|annotat*|data quality|quality of the data|reviewed|"
    "review*|quality control|representative*|poison*",
    # What Roadworthy keeps nothing about; a question on it is not to be answered from anything else.
    "outside": "iso 27001|iso27001|iso/iec|soc 2|soc2|soc 1|pci|pci-dss|hipaa|fedramp|certificat*|certified|accredit*|"
    "insurance|insured|revenue|turnover|financial statement*|annual report|audited financ*|pricing|price list|price|"
    "office|offices|headquarter*|headcount|how many employees|number of employees|mobile app|roadmap|references from|"
    "encrypt*|cipher*|tls|aes|key management|hsm|kms|single sign-on|sso|saml|mfa|multi-factor|multifactor|two-factor|"
    "2fa|identity provider|password polic*|background check*|screening of staff|non-disclosure|nda|"
    "confidentiality agreement*|rto|rpo|recovery time|recovery point|disaster recovery|backup|backups|back-ups|sla|"
    "service level*|uptime|availability|support hours|physical access|badge*|cctv|visitor log*|clean desk|laptop*|"
    "antivirus|endpoint*|mobile device*|firewall|network diagram|intrusion|siem|wifi|vpn|segment*|copyright|patent*|"
    "trademark*|energy|carbon|co2|emission*|environment*|sustainab*|climate|subject access request*|dsar|"
    "data subject request*|subject request*|data protection officer|dpo|whistleblow*|anti-brib*|bribery|"
    "modern slavery|sanction*|change management|change control|accessib*|wcag|portab*|export our data|interoperab*|"
    "litigation|lawsuit*|liabilit*|indemn*|tax|weather|colour|color",
}  # fmt: skip

CONCEPTS: tuple[str, ...] = tuple(_WORDS)


def concepts_in(sentence: str) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Return the concepts that a sentence shows, each with the words that show it as places in the text.

    >>> sorted(concepts_in("Is the chat kept?"))
    ['keep', 'talk']
    """
    found = {name: tuple(hit.span() for hit in form.finditer(sentence)) for name, form in _FORMS.items()}
    return {name: places for name, places in found.items() if places}


def _form(words: str) -> re.Pattern[str]:
    longest_first = sorted(words.split("|"), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(_phrase(word) for word in longest_first)})(?!\w)", re.IGNORECASE)


def _phrase(phrase: str) -> str:
    """Return the form of a phrase. What stands behind ``…`` must follow within a few words, and is not part of it."""
    first, _, then = phrase.partition("…")
    return _joined(first) + (rf"(?=(?:[\s\W]+\w+){{0,5}}?[\s\W]+{_joined(then)}(?!\w))" if then else "")


def _joined(words: str) -> str:
    forms = (r"\w*".join(re.escape(part).replace("'", "['’]?") for part in word.split("*")) for word in words.split())
    return r"[\s\-]+".join(forms)


_FORMS = {name: _form(words) for name, words in _WORDS.items()}
