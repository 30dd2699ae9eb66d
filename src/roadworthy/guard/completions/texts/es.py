"""Spanish."""

from roadworthy.guard.completions.texts.wording import Wording

ES = Wording(
    language="es",
    reference="Referencia: {stub}",
    emergency="Si hay peligro inmediato, llame al {number}.",
    crisis_line="Para hablar con alguien: {line}",
    anywhere="Si hay peligro inmediato, llame al número de emergencias de su país (112 en la UE). Líneas de ayuda por "
    "país: findahelpline.com",
    person="Una persona puede ayudarle: {where}",
    texts={
        "self-harm": "Parece que ahora todo es muy difícil, y no tiene por qué pasar por esto en soledad. Hable con "
        "alguien de confianza, o con personas que están justo para esto.",
        "violence": "No puedo ayudar a hacer daño a nadie. Si usted u otra persona corre peligro, llame a emergencias. "
        "Puedo ayudar a calmar un conflicto o a encontrar apoyo.",
        "child-safety": "No puedo ayudar con esto. Si un menor corre peligro, avise a la policía o a un servicio de "
        "protección de la infancia. Si le inquietan sus propios pensamientos, hay servicios confidenciales que ayudan.",
        "sexual-content": "Aquí no escribo contenido sexual. Puedo ayudar con preguntas sobre salud, relaciones o "
        "consentimiento.",
        "hate": "No escribo nada que rebaje a las personas por lo que son. Puedo ayudar a expresar una crítica o un "
        "desacuerdo de manera justa.",
        "illegal-goods": "No puedo ayudar a conseguir o fabricar esto. Puedo explicar qué dice la ley, hablar de "
        "seguridad o indicar dónde hay apoyo.",
        "medical": "No puedo valorar esta cuestión médica con seguridad. Pregunte en una consulta o farmacia; en una "
        "urgencia, llame a emergencias. Puedo dar información general.",
        "legal": "No puedo aconsejar sobre su caso legal. Sí puede hacerlo una abogada, un abogado o un servicio de "
        "orientación. Puedo explicar términos y reglas generales.",
        "financial": "No puedo decirle qué hacer con su dinero. Un asesor cualificado sí puede. Puedo explicar "
        "términos, riesgos y cómo comparar ofertas.",
        "privacy": "Esto mostraría datos personales que no corresponden aquí. Puede preguntar de nuevo sin nombres, "
        "números ni direcciones.",
        "secret": "Esto contiene lo que parece una contraseña o una clave de acceso, y se ha retenido. Quítela y "
        "vuelva a intentarlo. Si es real, cámbiela.",
        "prompt-leak": "No puedo mostrar las instrucciones de este servicio. Puedo decir en qué puedo ayudar.",
        "injection": "Una parte intenta cambiar el funcionamiento de este servicio y no se ha ejecutado. Diga con sus "
        "palabras qué necesita.",
        "out-of-scope": "Este servicio no es para esto. Dígame qué necesita, y le diré si puedo ayudar o dónde "
        "preguntar.",
        "language": "Aquí no puedo responder de forma fiable en este idioma. Inténtelo en un idioma que ofrezca este "
        "servicio.",
        "limit": "Por ahora se ha alcanzado el límite. Inténtelo más tarde, o con una petición más corta.",
        "technical": "Un fallo técnico impidió comprobar esto, y se ha retenido. No es culpa suya. Inténtelo de nuevo "
        "en un momento.",
        "tools": "No lo he hecho: aquí no se puede hacer de esta manera. Diga exactamente lo que quiere, con los "
        "nombres, las direcciones o los importes de que se trata, o pregunte a los responsables de este "
        "servicio.",
        "tools-waits": "Una persona tiene que dar su acuerdo antes de hacerlo. Todavía no se ha hecho.",
        "unknown": "No puedo ayudar con esto aquí. Puede expresarlo de otra manera o preguntar a una persona.",
    },
)
