"""English."""

from roadworthy.guard.completions.texts.wording import Wording

EN = Wording(
    language="en",
    reference="Reference: {stub}",
    emergency="In immediate danger, call {number}.",
    crisis_line="To talk to someone about it: {line}",
    anywhere="In immediate danger, call the emergency number where you are (112 in the EU, 999 in the UK, 911 in the "
    "USA and Canada). Lines to talk to, by country: findahelpline.com",
    person="A person can help you: {where}",
    texts={
        "self-harm": "It sounds as if things are very hard right now, and you do not have to get through this alone. "
        "Please talk to somebody you trust, or to people who are there for exactly this.",
        "violence": "I can't help with hurting somebody. If you or somebody else is in danger, please call the "
        "emergency number. I can help with calming a conflict, or with finding support.",
        "child-safety": "I can't help with this. If a child is in danger, please tell the police or a child protection "
        "service. If you worry about thoughts of your own, there are confidential services that help.",
        "sexual-content": "I can't write sexual content here. I can help with questions about health, relationships or "
        "consent.",
        "hate": "I can't write something that demeans people for who they are. I can help to put criticism, facts or "
        "disagreement in fair words.",
        "illegal-goods": "I can't help with getting or making this. I can help with what the law says, with safety, or "
        "with where to find support.",
        "medical": "I can't judge this medical question safely. Please ask a doctor or pharmacist; in an emergency, "
        "call the emergency number. I can give general information, or help you to prepare your questions.",
        "legal": "I can't give advice on your legal case. A lawyer or an advice centre can. I can explain terms and "
        "general rules.",
        "financial": "I can't tell you what to do with your money. A qualified adviser can. I can explain terms, risks "
        "and how to compare offers.",
        "privacy": "This would show personal data that does not belong here. You can ask again without names, numbers "
        "or addresses.",
        "secret": "This holds what looks like a password or an access key, so it was held back. Please remove it and "
        "try again. If it is real, change it.",
        "prompt-leak": "I can't show the instructions that this service works with. I can tell you what I can help "
        "with.",
        "injection": "Part of this tries to change how this service works, so it was not carried out. Please say in "
        "your own words what you need.",
        "out-of-scope": "This is not something that this service is for. Tell me what you need, and I will say whether "
        "I can help or where to ask.",
        "language": "I can't answer reliably in this language here. Please try again in a language that this service "
        "offers.",
        "limit": "The limit for now is reached. Please try again later, or make your request shorter.",
        "technical": "This could not be checked because of a technical fault, so it was held back. It is not your "
        "mistake. Please try again in a moment.",
        "tools": "I did not do this: it may not be done here in this way. Please say exactly what you want, with the "
        "names, addresses or amounts that you mean, or ask the people who run this service.",
        "tools-waits": "A person has to agree before this is done. It has not been done yet.",
        "unknown": "I can't help with this here. You can put it differently, or ask a person.",
    },
)
