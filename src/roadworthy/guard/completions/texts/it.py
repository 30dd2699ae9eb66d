"""Italian."""

from roadworthy.guard.completions.texts.wording import Wording

IT = Wording(
    language="it",
    reference="Riferimento: {stub}",
    emergency="In caso di pericolo immediato, chiami il {number}.",
    crisis_line="Per parlarne con qualcuno: {line}",
    anywhere="In caso di pericolo immediato, chiami il numero di emergenza del suo Paese (112 nell'UE). Linee di "
    "ascolto per Paese: findahelpline.com",
    person="Una persona può aiutarla: {where}",
    texts={
        "self-harm": "Sembra che in questo momento sia tutto molto difficile, e non deve affrontarlo senza aiuto. Ne "
        "parli con qualcuno di cui si fida, o con persone che ci sono proprio per questo.",
        "violence": "Non posso aiutare a fare del male a qualcuno. Se lei o altri siete in pericolo, chiami il numero "
        "di emergenza. Posso aiutare a calmare un conflitto o a trovare sostegno.",
        "child-safety": "Non posso aiutare in questo. Se un minore è in pericolo, avvisi la polizia o un servizio di "
        "tutela dei minori. Se i suoi stessi pensieri la preoccupano, ci sono servizi riservati che aiutano.",
        "sexual-content": "Qui non scrivo contenuti sessuali. Posso aiutare con domande su salute, relazioni o "
        "consenso.",
        "hate": "Non scrivo nulla che sminuisca le persone per ciò che sono. Posso aiutare a esprimere una critica o "
        "un disaccordo in modo corretto.",
        "illegal-goods": "Non posso aiutare a procurarsi o a fabbricare questo. Posso spiegare che cosa dice la legge, "
        "parlare di sicurezza o indicare dove trovare sostegno.",
        "medical": "Non posso valutare con sicurezza questa domanda medica. Chieda a un medico o in farmacia; in caso "
        "di emergenza chiami i soccorsi. Posso dare informazioni generali.",
        "legal": "Non posso consigliarla sul suo caso legale. Può farlo un avvocato o uno sportello di consulenza. "
        "Posso spiegare termini e regole generali.",
        "financial": "Non posso dirle che cosa fare con il suo denaro. Può farlo un consulente qualificato. Posso "
        "spiegare termini, rischi e come confrontare le offerte.",
        "privacy": "Questo mostrerebbe dati personali che qui non hanno posto. Può chiedere di nuovo senza nomi, "
        "numeri o indirizzi.",
        "secret": "Qui c'è quella che sembra una password o una chiave di accesso, e il testo è stato trattenuto. La "
        "tolga e riprovi. Se è vera, la cambi.",
        "prompt-leak": "Non posso mostrare le istruzioni di questo servizio. Posso dire in che cosa posso aiutare.",
        "injection": "Una parte cerca di cambiare il funzionamento di questo servizio e non è stata eseguita. Dica con "
        "parole sue di che cosa ha bisogno.",
        "out-of-scope": "Questo servizio non serve a questo. Mi dica di che cosa ha bisogno, e le dirò se posso "
        "aiutare o a chi chiedere.",
        "language": "Qui non posso rispondere in modo affidabile in questa lingua. Riprovi in una lingua offerta da "
        "questo servizio.",
        "limit": "Per ora il limite è raggiunto. Riprovi più tardi, o con una richiesta più breve.",
        "technical": "Un guasto tecnico ha impedito il controllo, e il contenuto è stato trattenuto. Non è colpa sua. "
        "Riprovi tra un momento.",
        "tools": "Non l'ho fatto: qui non si può fare in questo modo. Dica esattamente che cosa desidera, con i nomi, "
        "gli indirizzi o gli importi di cui si tratta, oppure chieda a chi gestisce questo servizio.",
        "tools-waits": "Prima che sia fatto, una persona deve dare il suo consenso. Non è ancora stato fatto.",
        "unknown": "Qui non posso aiutare in questo. Può esprimerlo in altro modo, o chiedere a una persona.",
    },
)
