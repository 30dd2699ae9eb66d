r"""Words that stand beside personal data, in sixteen languages, and what each group of them speaks of.

Words are caseless and match where a word begins, so that endings do not matter; five
letters or more match inside a word as well, as in ``customerphone``. ``!`` after a word:
only as a whole word. Between languages ``|``; a dot is any character, ``\.`` a dot.
"""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """What words near a number say that it is."""

    PHONE = "phone"
    BORN = "born"
    PASSPORT = "passport"
    DRIVER = "driver"
    MEDICAL = "medical"
    PLATE = "plate"
    ACCOUNT = "account"
    ROUTING = "routing"
    BIC = "bic"
    VAT = "vat"
    VEHICLE = "vehicle"
    DEVICE = "device"
    CARD = "card"
    NETWORK = "network"
    COORDINATES = "coordinates"
    NATIONAL = "national"
    TAX = "tax"
    ADDRESS = "address"
    OTHER_NUMBER = "other_number"
    """Orders, versions, parts: the number beside it is nobody's."""


WORDS: dict[Topic, str] = {
    Topic.PHONE: (
        "my number|meine nummer|mon numéro|mi número|mi numero|il mio numero|meu número|mijn nummer|mój numer"
        "|phone|tel!|tel\\.|tele|call!|calling|calls!|called|caller|mobile|cell!|cellular|cellphone|fax|sms!|text me"
        "|text him"
        "|text her|text us|texted|texting|whatsapp|signal!|telegram|reach me|reach us|reach him|reach her|reach you"
        "|reach them"
        "|reached at|reachable|contact n|contact me|contact us|contact:|contact at|dial|ring me|ring us|hotline"
        "|voicemail"
        "|answering|pager|desk:|office:|direct line|landline|message to|messages to|message on|my registered"
        "|registered number"
        "|hotline|helpline|toll.free|extension"
        "|telefon|handy|mobil|rufnummer|anruf|ruf mich|rückruf|durchwahl|erreichbar|erreichen|festnetz|faks"
        "|téléphone|portable|appel|joindre|numéro de tél|tél!|tél\\."
        "|teléfono|telefono|móvil|movil|celular|llam|numero de cel|llámame"
        "|cellulare|chiam|recapito|numero di"
        "|telefone|telemóvel|telemovel|ligar|ligue|liga!|contato|contacto"
        "|telefoon|mobiel|bellen|gsm!|bel mij|bel me"
        "|kom\\.|komórk|komork|zadzwo|dzwoni|numer kontakt|tel\\. kom"
        "|puhelin|matkapuh|soita|telefonnummer|mobilnummer|ring!|ringa|mobilnr|tlf"
        "|telefonszám|mobilszám|hívj|telefonní|mobilní|zavolej|telefonul|sunați|mobil:"
        "|telefonu|cep!|ara!|τηλ|καλέσ|κινητό|телефон|звони|позвон|моб\\.|тел\\.|номер тел|電話|携帯"
        "|电话|手机|전화|휴대폰"
        "|هاتف"
        "|جوال|טלפון|फ़ोन|मोबाइल"
        "|rappelez|rappeler|registriert|📞|☎"
    ),
    Topic.BORN: (
        "born|birth|dob!|d\\.o\\.b|bday|birthdate|geboren|geburts|geb\\.|geb!|né le|née le|nés le|naissance|nacido"
        "|nacida"
        "|nacimiento|nació|nato il|nata il|nascita|nascido|nascida|nascimento|nasceu|geboorte|geboren|urodz|data ur"
        "|ur\\."
        "|född|fødsel|født|syntym|narozen|narodil|születés|született|născut|nașter|doğum|γεννη|γεννή|рожд|родил|生年月日"
        "|出生|생년월일|生日"
        "|тело роди|تاريخ الميلاد|जन्म|לידה"
    ),
    Topic.PASSPORT: (
        "passport|passeport|reisepass|pasaporte|passaporto|passaporte|paspoort|paszport|pass-nr|passnummer|passnr"
        "|pass no"
        "|útlevél|pașaport|pasaport|passi!|passin|pas!|διαβατ|паспорт|護照|护照|パスポート|旅券|여권|جواز|דרכון|पासपोर्ट|travel"
        " document"
    ),
    Topic.DRIVER: (
        "driver's lic|drivers lic|driver lic|driver’s lic|driving lic|driver_lic|driverslic|driverlic|drivinglic|dl!"
        "|dln!|dl#"
        "|license number|licence number|license no|licence no|license #|license is|licence is|my license|my licence"
        "|his license"
        "|her license|license:|licence:|operator's lic|führerschein|fuehrerschein|fahrerlaubnis|permis de conduire"
        "|permis n"
        "|carné de conducir|carnet de conducir|permiso de conducir|licencia de conducir|licencia de conduc|patente"
        " di guida"
        "|patente n|carta de condução|carteira de motorista|cnh!|habilitação|rijbewijs|prawo jazdy|prawa jazdy|körkort"
        "|førerkort|kørekort|ajokortti|řidičský|vezetői|permis de conducere|ehliyet|δίπλωμα οδήγησης|водитель|運転免許"
        "|驾驶证|운전면허"
    ),
    Topic.MEDICAL: (
        "mrn!|medical record|patient id|patient n|patient#|patient #|patientid|patient_id|health card|health"
        " insurance|insurance id"
        "|insurance n|insurance policy|member id|member n|memberid|member_id|policy n|policy id|subscriber id"
        "|beneficiary|mbi!"
        "|medicare|medicaid|npi!|dea!|hospital n|chart n|medical id|ehr|hicn|ohip|health plan|group n"
        "|krankenversich|versichertennummer|versicherten-nr|patientennummer|krankenkasse|kvnr"
        "|numéro de patient|dossier médical|assurance maladie|carte vitale|mutuelle|historia clínica|número de paciente"
        "|tarjeta sanitaria|seguro médico|cartella clinica|tessera sanitaria|codice paziente|prontuário|cartão de saúde"
        "|número de utente|cartão sus|cns!|patiëntnummer|polisnummer|zorgverzekering|numer pacjenta|ubezpieczen"
        "|sygnatura"
        "|journalnummer|sjukförsäkring|potilas|zdravotní|taj-szám|полис|омс!|медкарт|カルテ|保険証|病历|医保|医療"
    ),
    Topic.PLATE: (
        "license plate|licence plate|number plate|plate n|plate:|plates|plate is|plate #|licenseplate|license_plate"
        "|plate!|registration n"
        "|vehicle reg|reg!|tag n|kennzeichen|nummernschild|immatricul|plaque d|matrícula|matricula|placa|targa|kenteken"
        "|tablica rej|tablice rej|rejestracyj|numer rej|registreringsnummer|regnr|reg\\.nr|skiltnummer|nummerplade"
        "|rekisteri"
        "|spz!|rz!|poznávací|rendszám|număr de înmat|plaka|πινακίδ|госномер|номерной знак|ナンバープレート|车牌|번호판"
    ),
    Topic.ACCOUNT: (
        "account n|account#|account #|acct|bank account|account:|account is|accountnumber|account_number"
        "|bank_account|bankaccount|account ending"
        "|checking|savings|a/c|kontonummer|kontonr|konto-nr|konto|numéro de compte|compte bancaire|rib!|cuenta|ccc!"
        "|clabe"
        "|conto corrente|conto n|número da conta|conta bancária|conta corrente|conta:|rekeningnummer|rekening|numer"
        " konta"
        "|rachun|nr konta|bankkonto|tilinumero|číslo účtu|bankszámla|cont bancar|hesap|λογαριασμ|счет|счёт|р/с|口座"
        "|账号"
        "|账户|계좌"
    ),
    Topic.ROUTING: (
        "routing|aba!|rtn!|sort code|sort_code|sortcode|sort-code|transit n|bsb!|ifsc|bankleitzahl|blz!|code banque"
        "|code guichet|bank code"
        "|wire!|wires!|branch code|clearing|agência|бик!|institution number"
    ),
    Topic.BIC: "bic!|swift|bic/|bic-",
    Topic.VAT: (
        "vat!|vat-|vat_|vatin|tva!|iva!|ust-id|ustid|ust\\.-id|umsatzsteuer|uid-nr|btw!|btw-|moms|p\\.iva|partita"
        " iva|nif-iva|alv!|alv-|dph!|dič|pdv!"
        "|áfa|ндс|gst!|cvr!|numéro de tva|nip!|φπα|kdv|vat number"
    ),
    Topic.VEHICLE: (
        "vin!|vehicle id|chassis|frame number|fahrgestell|fahrzeug-ident|fin!|numéro de série du véhicule|châssis"
        "|bastidor|telaio|chassi"
        "|chassisnummer|numer vin|nr vin|podwozi|vehicle identification"
    ),
    Topic.DEVICE: "imei|meid|device id|device_id|deviceid|gerätenummer|serial n|imeisv",
    Topic.CARD: (
        "card|visa!|mastercard|amex|american express|discover!|diners|jcb!|maestro|cc!|cc#|ccn!|credit|debit|karte"
        "|carte|tarjeta|carta di|cartão"
        "|cartao|kaart|karta|kart!|kartu|kort|kortti|bankkártya|κάρτα|карт|カード|卡号|카드|pan!|cvv|payment"
    ),
    Topic.NETWORK: (
        "ip!|ipv4|ipv6|ip-|ip_|address|adresse|host|server|ping|network|subnet|gateway|dns|port!|client|remote"
        "|listen|firewall|vpn|router"
        "|localhost|netmask|cidr|blocked|connection|request from|http|login|ssh|proxy"
    ),
    Topic.COORDINATES: "latitude|longitude|lat!|lon!|lng!|gps|coordinate|koordinaten|coordonnées|coordenadas"
    "|coordinate|geo!|location",
    Topic.NATIONAL: (
        "national id|national number|nationalid|national_id|identity card|identity number|identity no|id card|id"
        " number|id no|id:|id#|id #"
        "|id is|identification n|personal id|personal number|personal code|citizen|government id|govt id|resident id"
        "|social security|social insurance"
        "|idnumber|id_number|idcard|id_card|personalnumber|personal_number|ausweis|personalnummer"
        "|identifikationsnummer|sozialversicherung"
        "|numéro d'identi|carte d'identité|numéro de sécurité|documento de identidad|documento|cédula|cedula|número"
        " de identi|identidad"
        "|carta d'identità|carta di identità|documento d|bilhete de identidade|identidade|cartão de cidadão"
        "|identiteitskaart|identiteit"
        "|persoonsnummer|dowód|dowodu|numer identyf|personnummer|personbeteckning|henkilö|rodné|személyi|buletin"
        "|carte de identitate|kimlik"
        "|ταυτότητα|удостоверен|ідентиф|身份|身分|個人番号|주민|هوية|זהות"
    ),
    Topic.TAX: (
        "tax id|tax number|tax no|taxid|tax_id|tax-id|taxpayer|tin!|tax identification|tax file|fiscal|steuernummer"
        "|steuer-id|steuer|steueridentifi"
        "|numéro fiscal|impôt|identificación fiscal|contribuyente|codice fiscale|contribuinte|número fiscal"
        "|belasting|fiscaal|podatk|podatnik"
        "|skatte|verotunn|daňov|adó|cod fiscal|vergi|φορολογικ|налог|税|세금"
    ),
    Topic.ADDRESS: "address|adresse|direccion|dirección|indirizzo|endereço|adres|ulica|osoite|anschrift|wohnhaft"
    "|lives at|live at|lived in|moved to",
    Topic.OTHER_NUMBER: (
        "order|invoice|ticket|tracking|isbn|issn|doi!|version|sku!|part n|part#|serial|lot!|batch|model n|reference"
        "|ref!|ref\\.|ref:|receipt"
        "|case n|confirmation|booking|build|release|commit|revision|rev!|article|item n|item#|page|figure|section"
        "|chapter|table|uuid|guid|hash|checksum"
        "|bestell|rechnung|auftrag|artikel|commande|facture|pedido|factura|ordine|fattura|fatura|zamówien|faktur"
        "|bestelling|order-|transaction"
        "|product|produkt|upc!|ean!|timestamp|population|patent|rfc!|cve!|port!|line!|lines!|error code|arxiv|pmid"
        "|ordernum|total|amount|price"
    ),
}
"""In English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Finnish, Czech, Hungarian,
Romanian, Turkish, Greek and Russian, with the commonest of Chinese, Japanese, Korean, Arabic, Hebrew and Hindi."""
