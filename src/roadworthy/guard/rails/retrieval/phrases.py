"""How text addresses a model instead of its reader: RE2 patterns by what they try, over caseless normalised text."""

from __future__ import annotations

import re

from roadworthy.guard.rails.retrieval import phrases_abroad as abroad

_GAP = r"[^.!?\n]{0,40}"
_WORDS = r"(?:instructions?|prompts?|rules|guidelines|directions|commands?|directives?|policies|programming|guardrails)"
_EARLIER = (
    r"(?:previous|prior|above|earlier|preceding|existing|original|initial|system|former|your|all|any|other"
    r"|these|those)"
)
_MODEL = (
    r"(?:ai|a\.i\.|llm|ai (?:assistant|model|agent|system)|assistant|chat ?bot|language model"
    r"|large language model|agent"
    r"|copilot|gpt|chatgpt|claude|gemini|bot)"
)
_MODAL = r"(?:must|should|shall|need to|needs to|have to|has to|are required to|is required to|will now|are to|is to)"
_ORDER = (
    r"(?:must|should|shall|need to|needs to|have to|has to|are required to|is required to|will now|are to|is to"
    r"|ignore|disregard|forget|respond|reply|answer|say|output|print|include|append|insert|recommend|send"
    r"|forward|call"
    r"|use|execute|run|tell|inform|report|state|rate|rank|do not|don't|never|always)"
)

OVERRIDE = (
    rf"\b(?:ignore|disregard|forget|override|bypass|overlook|neglect|do not follow|don't follow|stop following)\b"
    rf"(?: (?:all|any|every|everything|of|the|your|my|these|those|previous|prior|above|earlier|preceding|existing"
    rf"|original|initial|system|former|other|and|or|in))*{_GAP}\b{_EARLIER}\b{_GAP}\b{_WORDS}\b",
    rf"\b(?:ignore|disregard|forget|override|bypass)\b (?:all |any |the |your |my |of |these |those )*{_WORDS}\b"
    r"(?: (?:above|before|given|provided|so far|until now|you (?:were|have been|got)))",
    r"\b(?:ignore|disregard|forget) (?:everything|anything|all|what)\b[^.!?\n]{0,30}\b(?:above|before|previous|prior"
    r"|earlier|told|said|learned|so far)\b",
    r"\b(?:new|updated|revised|real|actual|additional|important|urgent|secret|hidden|override) (?:system )?"
    r"(?:instructions?|directives?|prompt|orders)(?: (?:for|to) [^.:\n]{0,40})?:",
    r"\byour (?:new|real|actual|true|only|next|current|primary|sole) (?:task|goal|objective|instructions?|job|purpose"
    r"|mission|role|identity|persona) (?:is|are|will be)\b",
    r"\byou (?:must|should|shall|have to|need to|will) (?:now |strictly |only |always |instead |exactly )*(?:follow"
    r"|adhere to|obey|comply with|execute) (?:the |these |this |my |only )*(?:following |new |next |below )*"
    r"(?:instructions?|commands?|orders|directions|steps|rules)\b",
    r"\bfrom (?:now|this (?:point|moment)) on,? (?:you|respond|reply|answer|act|always|ignore)\b",
    r"\b(?:ignore|disregard|forget|skip) (?:the|this|all|that|everything in this) (?:\b[a-z]+ )?(?:content|text"
    r"|document"
    r"|article|data|page|website|web ?page|code|e-?mail|message|question|table|context|query|request"
    r"|task)\b[^.!?\n]{0,20}"
    r"(?:,| and| then| instead)[^.!?\n]{0,20}\b(?:write|say|state|answer|output|print|reply|respond|tell|report"
    r"|claim|return"
    r"|conclude|send|recommend)\b",
    # Says that the task is another one now, or is over.
    r"\b(?:the|your|this|that) (?:task|request|question|query|job|assignment|(?:above |previous |original |earlier )+"
    r"(?:instructions?|prompts?|messages?|text)) (?:above |below )?(?:has|have|is|are|was|were) "
    r"(?:now |been |just |only |already )*"
    r"(?:changed|replaced|superseded|cancell?ed|void|obsolete|revoked|withdrawn|a test|no longer (?:valid"
    r"|relevant|active"
    r"|in (?:force|effect)|apply|needed))\b",
    r"\b(?:new|updated|changed|revised|real|actual) (?:task|objective|goal|mission|assignment) ?(?:for you ?)?:",
    r"\binstead of (?:answering|summari[sz]ing|translating|responding to|replying to|analy[sz]ing|classifying"
    r"|rating|reviewing) (?:it|this|that|the|my|his|her|their|any|what)\b[^.!?\n]{0,40}"
    r"(?:,|\bplease\b|\bjust\b|\byou\b|\bsimply\b)",
    r"(?:^|[.!?;:\n>][ \t]{0,3})(?:please |now,? )?(?:stop|cease|quit) (?:summari[sz]ing|translating|answering"
    r"|reading|processing|analy[sz]ing|following"
    r"|what you are doing)\b[^.!?\n]{0,40}(?:,| and\b| now\b|[.!]|$)",
    r"\b(?:do not|don't|never) (?:summari[sz]e|translate|answer|analy[sz]e|classify|paraphrase) (?:this|the|that"
    r"|any of"
    r"|it)\b[^.!?\n]{0,40}[.,;:!]? ?(?:instead|but|just|simply|rather|only)\b",
    r"\bbefore you (?:can |start |begin |continue |go on |proceed )*(?:to )?(?:solv(?:e|ing)|answer(?:ing)?"
    r"|respond(?:ing)?"
    r"|reply(?:ing)?|summari[sz](?:e|ing)|translat(?:e|ing)|(?:with |complet(?:e|ing) )?(?:the |your "
    r"|my )(?:original "
    r"|actual )?task)\b[^.!?\n]{0,80}\b(?:first|you must|you should|you need|please)\b",
    r"\b(?:going forward|henceforth|hereafter|from here on(?: out)?|from this (?:line|message|sentence"
    r"|word) on(?:wards?)?)"
    r",? (?:you (?:will|must|should|shall|are)|respond|reply|answer|ignore)\b",
)
"""Takes back what the model was told before."""

IMPERSONATION = (
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|begin_of_text)\|>",
    r"\[/?inst\]|<</?sys>>|<[/\\]?(?:system|assistant|developer|instructions?)(?:[ _-](?:prompt|mode|message"
    r"|override))?>",
    r"(?:^|\n)[ \t>#*]{0,6}(?:system|assistant|developer)(?: (?:message|prompt|note|override"
    r"|instruction))?[ \t*]{0,3}:"
    r"[ \t]{0,3}[a-z\"“']",
    r"(?:^|\n)[ \t]{0,4}#{2,6}[ \t]{0,2}(?:new )?(?:system|instructions?|response|human"
    r"|assistant)[ \t]{0,2}:?[ \t]{0,2}(?:\n|$)",
    r"\b(?:begin|start|end)(?: of)? (?:system|hidden|admin|developer) (?:prompt|message|instructions?)\b",
    r"\b(?:admin|administrator|developer|system|root|sudo|debug|god|dan|jailbreak) (?:mode|override) (?:is |now )*"
    r"(?:enabled|activated|on|engaged|unlocked)\b",
    r"\b(?:enable|activate|enter|switch to|engage) (?:admin|developer|debug|god|dan|jailbreak"
    r"|unrestricted)(?:istrator)? mode\b",
    r"\byou are (?:now|no longer|actually|henceforth)\b[^.!?\n]{0,30}\b(?:an? "
    r"|the )?(?:[\p{L}\p{M}_]+ ){0,3}(?:ai|assistant|model|bot"
    r"|agent|hacker|dan|chatgpt|terminal|interpreter|persona|character|pirate|unrestricted|unfiltered|bound"
    r"|restricted)\b",
    # Speaks with the authority of those who run the model.
    r"\b(?:this is|here is) (?:an? |the )?(?:[a-z]+ ){0,2}(?:message|instruction|order|directive|notice|command"
    r"|request"
    r"|announcement) (?:directly )?from (?:the |your )?(?:[a-z]+ )?(?:developers?|administrators?|admins?|creators?"
    r"|system|operators?|openai|anthropic|google deepmind|security team)\b[^.!?\n]{0,60}\b(?:you|assistant|ai"
    r"|model)\b",
    r"\bi(?: a|')?m your (?:new )?(?:developer|creator|administrator|admin|owner|operator|programmer|master"
    r"|supervisor)\b",
    r"\b(?:as|being) your (?:developer|creator|administrator|owner|programmer|master|supervisor),? i\b",
    r"\byou (?:have|had|'ve)(?: just| now)? been (?:hacked|pwned|reprogrammed|jailbroken|hijacked|taken over|freed"
    r"|given (?:an? )?new (?:instructions?|tasks?|role|identity|orders))\b",
    r"\b(?:respond|answer|act|operate|reply|speak|behave) (?:to me )?without (?:any )?(?:restrictions?|filters?"
    r"|limitations?|censorship|guardrails|moral)\b",
    r"\b(?:disable|bypass|override|turn off|switch off|deactivate|ignore|drop) (?:all )?(?:of )?your (?:[a-z]+ ){0,2}"
    r"(?:filters?|guidelines|restrictions|protocols|safeguards|guardrails|safety|limitations|moderation|training)\b",
    r"\bpretend (?:that )?you(?: are|'re| have no| can)\b|\byou will (?:now )?(?:role-?play|pretend)\b",
    r"\b(?:assume|adopt|take on|play) the (?:role|persona|identity|character) of an? (?:[a-z]+ ){0,2}(?:ai|assistant"
    r"|chat ?bot|hacker|model|dan)\b",
    r"\bas an ai(?: (?:language )?model| assistant| agent| system)?,? you (?:must|should|shall|have to|need to"
    r"|will|can"
    r"|are (?:required|obliged|expected|supposed))\b",
)
"""Speaks in the place of the team or of the protocol."""

ADDRESSED = (
    rf"(?:^|[\n.!?:;>(\"'*\[-])[ \t]{{0,4}}(?:(?:dear|hey|hi|hello|attention|note to|note for|message to|message for"
    rf"|instructions? (?:to|for)|to|for)[ ,:]+)?(?:the |any |all |every )?{_MODEL}s?\b(?: (?:reading|processing"
    rf"|summari[sz]ing|parsing) this[^.!?,:\n]{{0,40}})?(?:[,:] ?(?:please |you |kindly )*{_ORDER}"
    rf"| (?:please |you |kindly )+{_ORDER}| {_MODAL})\b",
    rf"\bif you are an? (?:[a-z]+ )?{_MODEL}\b",
    r"\b(?:when|while|if|after|before) (?:you )?(?:are |is )?(?:asked|answering|responding|replying|summari[sz]ing"
    r"|generating|processing|writing)[^.!?\n]{0,60}\b(?:you must|you should|always|never|do not|don't|make sure"
    r"|be sure"
    r"|include|say|respond with|reply with|append|insert|instead)\b",
    r"\b(?:in|into|to|at the end of|at the start of|throughout) your (?:(?:next |final |full |entire )?(?:reply"
    r"|response"
    r"|answer|summary|report to the user)|(?:next |final |full |entire )output)\b",
    r"\byour (?:next |final |only |entire )?(?:reply|response|answer|output|summary) (?:must|should|shall"
    r"|has to|needs to|will"
    r"|is to)\b",
    r"\b(?:tell|inform|convince|persuade|instruct|urge|trick) the user (?:that|to|about|how)\b",
    r"\bask the user (?:for|to (?:enter|provide|confirm|send|share|give|type|submit|verify)) (?:you )?(?:the "
    r"|their|his"
    r"|her|its|a|all )[^.!?\n]{0,30}\b(?:passwords?|card|ssn|social security|credentials?|bank|account|pin|address"
    r"|api keys?|keys?|tokens?)\b",
    r"\b(?:repeat|reveal|print|output|show|display|disclose|leak|return|write out"
    r"|summari[sz]e)\b[^.!?\n]{0,25}\b(?:your|the)"
    r" (?:system |initial |original |hidden |secret |full |entire |developer )+(?:prompt|message|instructions?)\b",
    r"\b(?:respond|reply|answer) (?:only |just |exactly |solely )*with\b[^.!?\n]{0,10}[\"“'`:]",
    # Makes the answer depend on who asks what.
    r"\b(?:if|when|whenever|once) (?:anyone|anybody|someone|somebody|the user|a user|users|the reader|they|i"
    r"|you are|you're)"
    r" (?:ever |later |then )?(?:asks?|asked|inquires?|questions?|requests?|wants? to know)\b[^.!?\n]{0,80}"
    r"(?:,|\bthen\b|\byou\b|\balways\b) ?(?:please |then |you (?:must|should|will|can) |always |just |only |simply )*"
    r"(?:say|tell|answer|respond|reply|claim|state|insist|deny|pretend|recommend|lie|refuse|output|direct them"
    r"|send them"
    r"|do not (?:tell|reveal|answer|mention|say)|don't (?:tell|reveal|answer|mention|say)|never (?:tell|reveal"
    r"|mention|say))\b",
    # Says how the answer begins, ends or looks.
    r"\b(?:start|begin|end|finish|conclude|preface|prefix|close|open|sign) (?:off )?(?:all |each of "
    r"|every one of )?(?:your|all"
    r" your|every|each) (?:[a-z]+ )?(?:answers?|responses?|repl(?:y|ies)|summar(?:y|ies)|outputs?|sentences?"
    r"|messages?)"
    r" (?:with|by)\b",
    r"\b(?:always|only|just|simply|must) (?:say|answer|respond|reply)(?: with| by saying)?:? ?[\"“«'‘]",
    r"\b(?:write|give|phrase|translate|format) your (?:entire |whole |full |next |final )?(?:answer|response"
    r"|reply|summary"
    r"|output) (?:in|as|like|only|entirely)\b",
    r"\byour (?:[a-z]+ )?(?:answer|response|reply|summary) (?:is|shall be) (?:to be )?(?:always|only|exactly|\"|“)",
    r"\b(?:add|include|insert|append|embed|put|place|mention|attach) (?:[^.!?\n]{1,60} )?(?:in|into|to"
    r"|at the (?:end|start"
    r"|beginning|top|bottom) of|with|within) (?:each of |every one of |all )?your (?:[a-z]+ )?(?:answers?|responses?"
    r"|repl(?:y|ies)|summar(?:y|ies))\b",
    rf"\b(?:important|urgent|critical|special|secret|hidden|new|additional) (?:message|instructions?|notice|notes?"
    rf"|information|directives?|reminder|request) (?:for|to) (?:the |all |any |every |you,? (?:the )?)?{_MODEL}s?\b",
    rf"\b(?:any|all|every|the) {_MODEL}s? (?:that |which |who )(?:reads?|process(?:es)?|sees?|parses?|ingests?"
    rf"|summari[sz]es?"
    rf"|is reading|is processing)\b",
    rf"\b(?:dear|hey|hello|attention|listen|ok|okay|yo),? {_MODEL}\b ?[,:!.-]",
    r"\b(?:what (?:is|are|was|were)|reveal|tell me|show me|give me|print out|recite|quote"
    r"|share) (?:all )?(?:of )?your "
    r"(?:system |initial |original |hidden |secret |full |exact |first |internal |custom )+(?:prompts?|instructions?"
    r"|messages?|rules|guidelines)\b",
)
"""Speaks to the model about the answer that it is to give."""

SECRECY = (
    r"\b(?:(?:do not|don't|never) (?:tell|mention|inform|notify|alert|reveal|disclose|show|let)|without (?:telling"
    r"|mentioning|informing|notifying|alerting|revealing|disclosing|showing|asking|letting))\b[^.!?\n]{0,30}\b(?:the "
    r"|your )user\b",
    r"\b(?:do not|don't|never) (?:mention|reveal|disclose|acknowledge|refer to|talk about) (?:this|these"
    r"|the above|that you)"
    r"[^.!?\n]{0,20}\b(?:instruction|message|note|text|comment|prompt|request|were told|were asked)",
    r"\b(?:this|the following) (?:message|instruction|note|text|comment) is (?:only |intended "
    r"|meant )*for the (?:ai|assistant"
    r"|model|llm|agent)\b",
    r"\b(?:secretly|covertly|discreetly|surreptitiously|without (?:their|his|her|the (?:user|owner)'?s?) (?:knowledge"
    r"|consent|permission|approval|noticing)),? (?:send|forward|include|insert|append|add|e-?mail|upload|copy|collect"
    r"|record|share|transfer|delete|call|use|invoke|change|replace|recommend)\b",
    r"\b(?:keep|hide|conceal) (?:this|these|the (?:above|following)|that)(?: [a-z]+)? (?:[a-z]+ )?(?:from"
    r"|secret from|hidden"
    r" from|between us and not tell) (?:the |your |any |all )?users?\b",
    r"\b(?:the |your )users? (?:must|should|shall|may|can|need) (?:not|never|n't) (?:know|see|notice|learn|find out"
    r"|be (?:told|informed|notified|asked|aware|alerted))\b",
    r"\b(?:do not|don't|never|without) (?:tell|telling|ask|asking|inform|informing|notify|notifying|alert"
    r"|alerting|let"
    r"|letting) (?:anyone|anybody|him|her|them|the (?:owner|customer|human|human user|recipient))\b[^.!?\n]{0,40}"
    r"\b(?:instructions?|prompt|this message|this note|you were|you did|you have|confirm(?:ation)?"
    r"|permission first)\b",
)
"""Wants something kept from the user."""

MISUSE = (
    r"\b(?:call|use|invoke|run|execute|trigger) (?:(?:the |your )?(?:[\"'`][a-z0-9_.-]{2,40}[\"'`]"
    r"|[a-z0-9]{1,40}_[a-z0-9_]{1,40})|your [a-z-]{2,40}) (?:tool|plugin) (?:with|to|and|on|for|using)\b",
    r"\b(?:call|use|invoke|run|execute|trigger) (?:the |your )?[\"'`]?(?:send|delete|transfer|pay|forward|upload"
    r"|e-?mail|share"
    r"|invite|grant|purchase|wire)[a-z0-9_.-]{1,40}[\"'`]? (?:tool|function|api|plugin)\b",
    r"\b(?:send|forward|email|e-mail|post|upload|transmit|exfiltrate|leak"
    r"|copy)\b[^.!?\n|]{0,60}\b(?:conversation|chat"
    r"|history|system prompt|api key|apikey|credentials?|passwords?|secrets?|tokens?|private key|session|cookies?"
    r"|environment variables?|personal (?:data|information)|user'?s? (?:data|information|details"
    r"|files))\b[^.!?\n]{0,60}"
    r"(?:\bto\b|\bat\b|https?://|@)",
    r"!\[[^\]\n]{0,60}\]\(https?://[^)\s]{1,200}[?&=/](?:\{|\[|<|%7b|\$)",
    r"\b(?:use|call|invoke|run|execute) (?:the |your |any )?(?:[a-z_]+ ){0,2}(?:tools?|functions?|plugins?"
    r"|browser|e-?mail"
    r"|search|terminal|shell|code interpreter) (?:that )?(?:you have|available to you|at your disposal)\b",
    r"\b(?:visit|open|fetch|browse to|navigate to|load|request|download) (?:the )?(?:url |link |page "
    r"|website )?https?://\S{4,200}"
    r" (?:and|then)(?: then)? (?:follow|execute|run|carry out|do what|obey|send|submit|append|tell|report"
    r"|report back)\b",
    r"\bhttps?://\S{1,200}[?&=/](?:\{\{?|\[|<|\$\{?)(?:[a-z_ -]{0,30})?(?:summary|conversation|chat|history"
    r"|secret|data|user|info"
    r"|password|prompt|context|answer|message|email)",
    r"\b(?:encode|base64(?:-encode)?|url-?encode) (?:the |all |this |your |user'?s? )*(?:conversation|chat"
    r"|history|system"
    r" prompt|secrets?|answer|user|personal|previous|context)\b[^.!?\n]{0,80}\b(?:url|link|image|query|parameter"
    r"|address)\b",
)
"""Wants tools used or data sent."""

_LANGUAGE = (
    r"(?:english|french|german|spanish|italian|portuguese|dutch|polish|russian|ukrainian|chinese|mandarin|japanese"
    r"|korean|arabic|hindi|turkish|greek|latin|swedish|danish|norwegian|finnish|vietnamese|thai|hebrew|indonesian"
    r"|pig latin|klingon|esperanto|emojis?)"
)
_DO = (
    r"(?:^|[\n.!?:;>\"'(\[-])[ \t]{0,4}(?:please,? |kindly |now,? |then,? |also,? |next,? |finally,? |and |so "
    r"|can you "
    r"|could you |would you |will you |i (?:want|need|would like|'d like|ask) you to |you (?:must|should|need to"
    r"|have to) )*"
)

TASK = (
    rf"{_DO}(?:write|compose|craft|draft|generate|create|produce|make up|come up with|invent) (?:me |us "
    rf"|out )?(?:an? |the |one "
    r"|some |[0-9]{1,3} |two |three |five |ten )(?:[a-z-]+ ){0,3}(?:poems?|haikus?|limericks?|sonnets?|songs?"
    r"|lyrics|raps?"
    r"|stor(?:y|ies)|essays?|jokes?|riddles?|tweets?|slogans?|jingles?|screenplays?|fairy tales?|puns?"
    r"|tongue twisters?"
    r"|acrostics?|press releases?|cover letters?)\b",
    rf"{_DO}translate (?:this|the|your|all|every|everything|it|any|each|these"
    rf"|that)\b[^.!?\n]{{0,60}}\b(?:in)?to {_LANGUAGE}\b",
    rf"{_DO}(?:write|answer|respond|reply|say (?:it|this|that)|speak) (?:only |everything |entirely "
    rf"|back )?in {_LANGUAGE}"
    r"(?: only| please| instead| from now on)?[.!\n]",
    rf"{_DO}(?:encode|encrypt|encipher|convert|transform|rewrite|rephrase|reverse|spell|obfuscate|replace"
    rf"|substitute|swap"
    r"|shift|write|output|print|present) (?:out )?(?:your|the (?:above|following|previous|entire|whole|preceding"
    r"|final)|this|every"
    r"|each|all (?:the |of )?)\b[^.!?\n]{0,60}\b(?:base ?-?(?:16|32|64|85)|rot-?13|(?:caesar|substitution"
    r"|vigen[eè]re|atbash) ?cipher"
    r"|morse(?: code)?|hexadecimal|emojis?|pig latin|backwards?|in reverse|reverse order|leet ?speak|in all caps"
    r"|caesar)\b",
    rf"{_DO}(?:analy[sz]e|determine|classify|identify|detect|assess|gauge|evaluate|describe) (?:the )?(?:overall )?"
    r"(?:sentiment|emotional tone|tone|mood|emotions?) (?:of|in|behind|expressed)\b",
    rf"{_DO}(?:tell|give|share with|sing|recite|offer|show) (?:to )?me (?:an? |one |some |your "
    rf"|the )(?:[a-z-]+ ){{0,3}}(?:jokes?"
    r"|fun facts?|facts?|recipes?|quotes?|riddles?|poems?|stor(?:y|ies)|songs?|life advice|horoscope|trivia)\b",
    rf"{_DO}(?:recommend|suggest) (?:me |to me |us )?(?:an? |some |a few |the best |[0-9]{{1,2}} |three "
    rf"|five )(?:[a-z-]+ ){{0,3}}"
    r"(?:books?|movies?|films?|restaurants?|songs?|recipes?|gifts?|hotels?|games?|shows?|playlists?|outfits?"
    r"|workouts?)\b",
)
"""Gives a task that is given to a machine, and to no reader of a document."""

_BLANKS = r"(?:[\s\x{85}\x{2028}\x{2029}>#*|]+)"
"""Between two words of a phrase: blanks, and what stands where a line was wrapped in a quotation, a list or a table."""


def _wrapped(pattern: str) -> str:
    """Return ``pattern`` so that it matches also where its phrase is wrapped over lines."""
    return "".join(map(_unlined, _CLASSES.split(pattern)))


def _unlined(piece: str) -> str:
    if piece.startswith("[^"):
        return piece.replace("\\n", "")
    return piece if piece.startswith("[") else piece.replace(" ", _BLANKS)


_CLASSES = re.compile(r"(\[(?:\\.|[^\]\\])*\])")
"""Classes of characters, in a pattern."""

_AS_SAID = {
    "override": (*OVERRIDE, *abroad.OVERRIDE),
    "impersonation": (*IMPERSONATION, *abroad.IMPERSONATION),
    "addressed": (*ADDRESSED, *abroad.ADDRESSED),
    "secrecy": (*SECRECY, *abroad.SECRECY),
    "misuse": MISUSE,
    "task": TASK,
}

BY_KIND = {kind: tuple(map(_wrapped, patterns)) for kind, patterns in _AS_SAID.items()}
"""Patterns by the kind of detection."""
