"""Portuguese."""

from roadworthy.guard.completions.texts.wording import Wording

PT = Wording(
    language="pt",
    reference="Referência: {stub}",
    emergency="Em perigo imediato, ligue {number}.",
    crisis_line="Para falar com alguém: {line}",
    anywhere="Em perigo imediato, ligue para o número de emergência do seu país (112 na UE, 192 no Brasil). Linhas de "
    "apoio por país: findahelpline.com",
    person="Uma pessoa pode ajudar: {where}",
    texts={
        "self-harm": "Parece que agora está tudo muito difícil, e não precisa de passar por isto sem ajuda. Fale com "
        "alguém de confiança, ou com pessoas que existem justamente para isto.",
        "violence": "Não posso ajudar a ferir alguém. Se corre perigo ou se outra pessoa corre, ligue para a "
        "emergência. Posso ajudar a acalmar um conflito ou a encontrar apoio.",
        "child-safety": "Não posso ajudar com isto. Se uma criança está em perigo, avise a polícia ou um serviço de "
        "proteção de crianças. Se os seus próprios pensamentos o preocupam, há serviços confidenciais que ajudam.",
        "sexual-content": "Aqui não escrevo conteúdo sexual. Posso ajudar com perguntas sobre saúde, relações ou "
        "consentimento.",
        "hate": "Não escrevo nada que rebaixe pessoas por aquilo que são. Posso ajudar a exprimir uma crítica ou um "
        "desacordo de forma justa.",
        "illegal-goods": "Não posso ajudar a obter ou a fabricar isto. Posso explicar o que diz a lei, falar de "
        "segurança ou indicar onde há apoio.",
        "medical": "Não posso avaliar com segurança esta questão médica. Pergunte a um médico ou numa farmácia; numa "
        "urgência, ligue para a emergência. Posso dar informação geral.",
        "legal": "Não posso aconselhar sobre o seu caso jurídico. Um advogado ou um serviço de apoio jurídico pode. "
        "Posso explicar termos e regras gerais.",
        "financial": "Não posso dizer o que fazer com o seu dinheiro. Um consultor qualificado pode. Posso explicar "
        "termos, riscos e como comparar ofertas.",
        "privacy": "Isto mostraria dados pessoais que não têm lugar aqui. Pode perguntar de novo sem nomes, números ou "
        "endereços.",
        "secret": "Isto contém o que parece uma senha ou uma chave de acesso, e foi retido. Retire-a e tente de novo. "
        "Se for verdadeira, mude-a.",
        "prompt-leak": "Não posso mostrar as instruções deste serviço. Posso dizer em que posso ajudar.",
        "injection": "Uma parte tenta mudar o funcionamento deste serviço e não foi executada. Diga por palavras suas "
        "aquilo de que precisa.",
        "out-of-scope": "Este serviço não é para isto. Diga aquilo de que precisa, e direi se posso ajudar ou onde "
        "perguntar.",
        "language": "Aqui não posso responder de forma fiável nesta língua. Tente numa língua que este serviço "
        "oferece.",
        "limit": "O limite foi atingido por agora. Tente mais tarde, ou com um pedido mais curto.",
        "technical": "Uma falha técnica impediu a verificação, e o conteúdo foi retido. A culpa não é sua. Tente de "
        "novo daqui a pouco.",
        "tools": "Não o fiz: aqui não se pode fazer desta maneira. Diga exatamente o que pretende, com os nomes, os "
        "endereços ou os montantes em causa, ou pergunte a quem gere este serviço.",
        "tools-waits": "Uma pessoa tem de concordar antes de isto ser feito. Ainda não foi feito.",
        "unknown": "Não posso ajudar com isto aqui. Pode dizê-lo de outra forma, ou perguntar a uma pessoa.",
    },
)
