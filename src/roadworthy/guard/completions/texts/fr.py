"""French."""

from roadworthy.guard.completions.texts.wording import Wording

FR = Wording(
    language="fr",
    reference="Référence : {stub}",
    emergency="En cas de danger immédiat, appelez le {number}.",
    crisis_line="Pour en parler à quelqu'un : {line}",
    anywhere="En cas de danger immédiat, appelez le numéro d'urgence de votre pays (112 dans l'UE). Lignes d'écoute "
    "par pays : findahelpline.com",
    person="Une personne peut vous aider : {where}",
    texts={
        "self-harm": "Ce que vous vivez semble très dur en ce moment, et vous n'avez pas à le traverser sans aide. "
        "Parlez-en à quelqu'un de confiance, ou à des personnes qui sont là pour cela.",
        "violence": "Je ne peux pas aider à blesser quelqu'un. Si vous ou une autre personne êtes en danger, appelez "
        "les urgences. Je peux aider à apaiser un conflit ou à trouver du soutien.",
        "child-safety": "Je ne peux pas aider à cela. Si un enfant est en danger, prévenez la police ou un service de "
        "protection de l'enfance. Si vos propres pensées vous inquiètent, des services confidentiels peuvent aider.",
        "sexual-content": "Je n'écris pas de contenu sexuel ici. Je peux répondre à des questions de santé, de "
        "relation ou de consentement.",
        "hate": "Je n'écris rien qui rabaisse des personnes pour ce qu'elles sont. Je peux aider à formuler une "
        "critique ou un désaccord avec justesse.",
        "illegal-goods": "Je ne peux pas aider à obtenir ou à fabriquer cela. Je peux expliquer ce que dit la loi, "
        "parler de sécurité ou indiquer où trouver du soutien.",
        "medical": "Je ne peux pas répondre sans risque à cette question médicale. Demandez à un médecin ou en "
        "pharmacie ; en cas d'urgence, appelez les secours. Je peux donner des informations générales.",
        "legal": "Je ne peux pas conseiller sur votre affaire. Un avocat ou un point d'accès au droit le peut. Je peux "
        "expliquer des termes et des règles générales.",
        "financial": "Je ne peux pas vous dire que faire de votre argent. Un conseiller qualifié le peut. Je peux "
        "expliquer les termes, les risques et la manière de comparer.",
        "privacy": "Cela montrerait des données personnelles qui n'ont pas leur place ici. Vous pouvez redemander sans "
        "noms, numéros ni adresses.",
        "secret": "Ce texte contient ce qui ressemble à un mot de passe ou à une clé d'accès ; il a été retenu. "
        "Retirez-le et réessayez. S'il est réel, changez-le.",
        "prompt-leak": "Je ne peux pas montrer les consignes de ce service. Je peux dire à quoi je peux servir.",
        "injection": "Une partie de ce texte cherche à changer le fonctionnement de ce service et n'a pas été suivie. "
        "Dites avec vos mots ce dont vous avez besoin.",
        "out-of-scope": "Ce service n'est pas prévu pour cela. Dites-moi ce dont vous avez besoin, et je dirai si je "
        "peux aider ou à qui demander.",
        "language": "Je ne peux pas répondre de façon fiable dans cette langue ici. Réessayez dans une langue proposée "
        "par ce service.",
        "limit": "La limite est atteinte pour l'instant. Réessayez plus tard, ou avec une demande plus courte.",
        "technical": "Une panne technique a empêché la vérification ; le contenu a été retenu. Ce n'est pas votre "
        "faute. Réessayez dans un instant.",
        "tools": "Je ne l'ai pas fait : ce n'est pas permis ici de cette manière. Dites exactement ce que vous "
        "souhaitez, avec les noms, les adresses ou les montants dont il s'agit, ou adressez-vous aux "
        "responsables de ce service.",
        "tools-waits": "Une personne doit donner son accord avant que cela soit fait. Ce n'est pas encore fait.",
        "unknown": "Je ne peux pas aider à cela ici. Vous pouvez le formuler autrement, ou demander à une personne.",
    },
)
