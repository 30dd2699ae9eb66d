"""How text in other languages addresses a model instead of its reader: RE2, over caseless normalised text."""

from __future__ import annotations

OVERRIDE = (
    # German
    r"\b(?:ignorier[\p{L}\p{M}_]*|vergiss|vergessen sie|missachte[\p{L}\p{M}_]*|(?:ü"
    r"|ue)bergeh[\p{L}\p{M}_]*)[^.!?\n]{0,50}(?:anweisung[\p{L}\p{M}_]*|instruktion[\p{L}\p{M}_]*"
    r"|vorgaben|befehle?n?|regeln|prompts?)",
    # French
    r"\b(?:ignore[zr]?|oublie[zr]?|ne (?:tiens|tenez) pas compte)[^.!?\n]{0,50}(?:instructions?|consignes?|ordres"
    r"|directives?|règles)",
    # Spanish, Portuguese, Italian
    r"\b(?:ignor[ae]n?|olvida|olvide|omite|haz caso omiso|ignore[ms]?|esque[çc]a|desconsidere|ignora(?:te)?|dimentica"
    r"|trascura)[^.!?\n]{0,50}(?:instruc[\p{L}\p{M}_]+|istruzion[\p{L}\p{M}_]+|órdenes|indicaciones"
    r"|instru[çc][\p{L}\p{M}_]+|ordens|regole|reglas"
    r"|regras|direttive)",
    # Dutch, Polish, Swedish, Danish and Norwegian, Czech
    r"\b(?:negeer|vergeet|zignoruj|ignoruj[\p{L}\p{M}_]*|zapomnij|pomiń|ignorera|glöm|ignorer|glem"
    r"|zapomeň[\p{L}\p{M}_]*)[^.!?\n]{0,50}"
    r"(?:instructies?|aanwijzingen|opdrachten|instrukcj[\p{L}\p{M}_]+|polece[\p{L}\p{M}_]+"
    r"|instruktioner[\p{L}\p{M}_]*|anvisningar[\p{L}\p{M}_]*|instrukser[\p{L}\p{M}_]*"
    r"|pokyn[\p{L}\p{M}_]*|instrukc[\p{L}\p{M}_]+)",
    # Russian and Ukrainian
    r"(?:игнорир[\p{L}\p{M}_]*|проигнорир[\p{L}\p{M}_]*|забудь[\p{L}\p{M}_]*|не обращай[\p{L}\p{M}_]* внимания"
    r"|ігноруй[\p{L}\p{M}_]*|забудь[\p{L}\p{M}_]*)[^.!?\n]{0,50}"
    r"(?:инструкци[\p{L}\p{M}_]*|указани[\p{L}\p{M}_]*|команд[\p{L}\p{M}_]*|правил[\p{L}\p{M}_]*"
    r"|інструкці[\p{L}\p{M}_]*|вказівк[\p{L}\p{M}_]*)",
    # Turkish, Vietnamese, Indonesian
    r"(?:talimat[\p{L}\p{M}_]*|yönerge[\p{L}\p{M}_]*|komut[\p{L}\p{M}_]*)[^.!?\n]{0,30}(?:yok say[\p{L}\p{M}_]*"
    r"|görmezden gel[\p{L}\p{M}_]*|unut[\p{L}\p{M}_]*|dikkate alma[\p{L}\p{M}_]*)",
    r"(?:bỏ qua|phớt lờ|quên)[^.!?\n]{0,40}(?:hướng dẫn|chỉ dẫn|lệnh|chỉ thị)",
    r"\babaikan\b[^.!?\n]{0,40}\b(?:instruksi|perintah|petunjuk|arahan)",
    # Chinese, Japanese, Korean
    r"(?:忽略|无视|無視|忽視|忘记|忘記|不要理会|不要遵守)[^。！？\n]{0,20}(?:指令|指示|说明|說明|提示|命令|规则|規則|要求)",
    r"(?:指示|命令|プロンプト|ルール|指令)[^。！？\n]{0,12}(?:無視|忘れ|従わない)",
    r"(?:지시|명령|지침|프롬프트|규칙)[^.!?。\n]{0,15}(?:무시|잊)",
    # Arabic, Hindi, Bengali
    r"(?:تجاهل|انس|اهمل|أهمل)[^.!؟\n]{0,40}(?:التعليمات|الأوامر|الإرشادات|التوجيهات|تعليمات)",
    r"(?:निर्देश[\p{L}\p{M}_]*|आदेश[\p{L}\p{M}_]*|अनुदेश[\p{L}\p{M}_]*)[^.!?।\n]{0,30}(?:अनदेखा|नज़रअंदाज़"
    r"|नजरअंदाज|भूल|उपेक्षा)",
    r"(?:নির্দেশ[\p{L}\p{M}_]*|নির্দেশনা[\p{L}\p{M}_]*)[^.!?।\n]{0,30}(?:উপেক্ষা|অগ্রাহ্য|ভুলে)",
    # German, French, Spanish, Portuguese, Italian, Dutch, Polish: another task
    r"\b(?:deine|ihre) (?:neue|eigentliche|wahre|einzige) (?:aufgabe|anweisung|rolle|mission) (?:ist|lautet)\b",
    r"\b(?:ta|votre) (?:nouvelle|véritable|vraie|seule) (?:tâche|mission|consigne|instruction) (?:est|sera)\b",
    r"\b(?:tu|su|vuestra) (?:nueva|verdadera|única|real) (?:tarea|misión|instrucción|función) (?:es|será)\b",
    r"\b(?:sua|tua) (?:nova|verdadeira|única|real) (?:tarefa|missão|instrução|função) (?:é|será)\b",
    r"\b(?:il tuo|la tua) (?:nuov[oa]|ver[oa]|unic[oa]) (?:compito|missione|istruzione|ruolo) (?:è|sarà)\b",
    r"\b(?:je|jouw|uw) (?:nieuwe|echte|enige|ware) (?:taak|opdracht|instructie|rol) is\b",
    r"\b(?:twoje|twoim) (?:nowe|nowym|prawdziwe|prawdziwym|jedyne|jedynym) (?:zadanie|zadaniem|polecenie"
    r"|poleceniem)\b",
    # Russian, Chinese, Japanese, Korean
    r"(?:твоя|ваша) (?:новая|настоящая|единственная) (?:задача|цель|роль|инструкция)",
    r"你的(?:新|真正的?|唯一的?)(?:任务|任務|目标|目標|指令|角色)(?:是|为)",
    r"あなたの(?:新しい|本当の|唯一の)(?:タスク|任務|役割|目的|指示)は",
    r"(?:당신|너)의 (?:새로운|진짜|유일한) (?:임무|작업|역할|목표|지시)",
)
"""Takes back what the model was told before."""

IMPERSONATION = (
    r"\b(?:du bist|sie sind) (?:jetzt|nun|ab sofort|ab jetzt|nicht (?:mehr|länger))\b[^.!?\n]{0,40}\b(?:ki|assistent"
    r"|modell|bot|chatbot|hacker|sprachmodell)\b|\bab (?:jetzt|sofort) (?:antwortest|bist|sollst|antworte"
    r"|musst) (?:du )?",
    r"\b(?:tu es|vous êtes) (?:maintenant|désormais|à présent)\b[^.!?\n]{0,40}\b(?:ia|assistant|modèle|bot|pirate)\b"
    r"|\bà partir de maintenant,? (?:tu |vous |réponds|répondez|ignore)",
    r"\b(?:ahora|a partir de ahora) (?:tú )?(?:eres|actúas como|responde|debes|ignora)\b"
    r"|\ba partir d[eo] (?:agora|momento),? (?:você|tu) (?:é|deve|vai|responde)\b",
    r"\b(?:ora|adesso|da ora in poi|d'ora in poi) (?:tu )?(?:sei un|rispondi|devi|ignora)\b"
    r"|\bvanaf nu (?:ben je|antwoord je|moet je|beantwoord)\b|\bod teraz (?:jesteś|odpowiadaj|musisz|ignoruj)\b",
    r"(?:с этого момента|отныне|теперь) (?:ты|вы) (?:должен|должны|будешь|отвечаешь|отвечай|являешься|не)",
    r"(?:从现在开始|從現在開始|从现在起|現在起)[，,]?(?:你|请|請)(?:是|必须|必須|要|将|將|只|不)?",
    r"(?:今から|これから|以後)、?あなたは|(?:이제부터|지금부터) (?:당신은|너는)",
)
"""Speaks in the place of the team or of the protocol."""

ADDRESSED = (
    r"\b(?:in|zu|an das ende|am ende|am anfang) deine[rn]? (?:nächsten )?(?:antwort|zusammenfassung|ausgabe)\b"
    r"|\bsag(?:e|en sie)? (?:dem|der|den) (?:nutzer|benutzer|anwender)[\p{L}]*\b",
    r"\b(?:dans|à la fin de|au début de) ta (?:prochaine )?(?:réponse|synthèse)\b|\bdans ton résumé\b"
    r"|\b(?:dis|dites|indique|indiquez|annonce[zr]?) à l'utilisateur (?:que|de|qu')",
    r"\b(?:en|al final de|al principio de) tu (?:próxima )?(?:respuesta|resumen)\b"
    r"|\b(?:dile|dígale|informa|informe|indica|indique) al usuario (?:que|de que)\b",
    r"\b(?:diga|informe|avise|conte) (?:ao|para o) (?:usuário|utilizador) (?:que|para)\b"
    r"|\b(?:inclua|adicione|escreva|acrescente)\b[^.!?\n]{0,60}\b(?:na|no final da|no início da) sua resposta\b",
    r"\b(?:nella|alla fine della|all'inizio della) tua (?:prossima )?risposta\b|\b(?:di'|dì"
    r"|comunica) all'utente (?:che|di)\b",
    r"\b(?:in|aan het (?:einde|begin) van) je (?:volgende )?(?:antwoord|samenvatting)\b"
    r"|\b(?:vertel|zeg|meld)(?: aan)? de gebruiker (?:dat|om)\b",
    r"\b(?:w|na końcu|na początku) (?:swojej|twojej) (?:następnej )?odpowiedzi\b"
    r"|\bpowiedz użytkownikowi,? (?:że|aby|żeby)\b",
    r"в (?:твоем|твоём) ответе|(?:скажи|сообщи|передай) пользователю",
    r"(?:在|于)(?:你|您)的?(?:回答|回复|回覆|答案|总结|總結|摘要)(?:中|里|裡|末尾|开头|的最后|最後)"
    r"|(?:^|[^要别別勿])(?:告诉|告訴|通知)(?:用户|使用者|用戶)",
    r"(?:回答|返答|応答|要約)の(?:最後|末尾|冒頭|中)に[^。\n]{0,30}(?:追加|含め|書い|付け|入れ)"
    r"|ユーザーに[^。\n]{0,30}(?:伝えて|教えて|言って)ください",
    r"(?:답변|응답|요약)(?:의)? ?(?:끝|마지막|처음)에[^.\n]{0,30}(?:추가|포함|넣)"
    r"|사용자에게[^.\n]{0,30}(?:말하세요|알려|전하)",
)
"""Speaks to the model about the answer that it is to give."""

SECRECY = (
    r"\b(?:sag|sage|sagen sie|verrate|verraten sie|erwähne|erwähnen sie|erzähle?) (?:es |dies |das |davon |nichts )*"
    r"(?:dem|der|den) (?:nutzer|benutzer|anwender)[\p{L}]*\b[^.!?\n]{0,20}\b(?:nicht|nichts|davon)\b",
    r"\bne (?:le |la |l'|les |lui )?(?:dis|dites|mentionne[zr]?|révèle[zr]?|informe[zr]?|préviens"
    r"|prévenez) (?:pas|rien|jamais)"
    r"[^.!?\n]{0,40}\bl'utilisateur\b",
    r"\b(?:no|nunca) (?:se lo |le |lo )?(?:digas|diga|menciones|mencione|reveles|revele|informes|informe|avises"
    r"|cuentes)"
    r"[^.!?\n]{0,40}\b(?:usuario|esta instrucción|estas instrucciones)\b",
    r"\b(?:não|nunca) (?:diga|mencione|revele|informe|avise|conte)[^.!?\n]{0,40}\b(?:usuário|utilizador"
    r"|esta instrução)\b"
    r"|\bnon (?:dire|dirlo|menzionare|rivelare|informare)[^.!?\n]{0,40}\b(?:utente|questa istruzione"
    r"|queste istruzioni)\b",
    r"\b(?:vertel|zeg|meld) (?:dit |het )?niet aan de gebruiker\b|\bnie mów (?:o tym |tego )?użytkownikowi\b",
    r"не (?:говори|говорите|сообщай|сообщайте|упоминай|рассказывай)[^.!?\n]{0,30}пользовател",
    r"(?:不要|别|別|勿)(?:让|讓|告诉|告訴|通知|提醒|向)(?:用户|使用者|用戶)|ユーザーに(?:は)?[^。\n]{0,15}(?:言わない|伝えない|知らせない|教えない)"
    r"|사용자에게[^.\n]{0,15}(?:말하지|알리지)",
)
"""Wants something kept from the user."""
