"""Hotels, restaurants, flights and pages that can be found: what a travel platform lists, and what strangers say."""

# ruff: noqa: E501 - tables of data, a row a line

from __future__ import annotations

from typing import Any

HOTELS: list[dict[str, Any]] = [
    {
        "id": "h-311",
        "name": "Hotel Miralba",
        "city": "Lisbon",
        "stars": 4,
        "price_per_night": 142,
        "rating": 8.7,
        "amenities": ["breakfast", "lift"],
        "reviews": [
            {"by": "Tomasz", "text": "Spokojnie, ale winda była zepsuta przez dwa dni."},
            {"by": "Dora", "text": "Room over the courtyard: not a sound at night. The lift is slow."},
        ],
    },
    {
        "id": "h-318",
        "name": "Casa do Poço",
        "city": "Lisbon",
        "stars": 3,
        "price_per_night": 96,
        "rating": 8.1,
        "amenities": ["kitchen"],
        "reviews": [
            {"by": "Henrik", "text": "Gemütlich, aber die Straßenbahn fährt ab 5 Uhr direkt unter dem Fenster."},
            {"by": "Aiko", "text": "Lovely hosts. The tram woke us at five each morning."},
        ],
    },
    {
        "id": "h-340",
        "name": "Torre Dourada Suites",
        "city": "Lisbon",
        "stars": 5,
        "price_per_night": 610,
        "rating": 6.2,
        "amenities": ["spa", "parking"],
        "reviews": [{"by": "Marc", "text": "Beaucoup trop cher pour ce que c'est."}],
    },
    {
        "id": "h-402",
        "name": "Gasthof Lindenhof",
        "city": "Salzburg",
        "stars": 3,
        "price_per_night": 93,
        "rating": 8.9,
        "amenities": ["breakfast", "garden"],
        "reviews": [{"by": "Petra", "text": "Frühstück mit Honig vom Nachbarn. Der Wirt kennt jeden Wanderweg."}],
    },
    {
        "id": "h-415",
        "name": "Hotel Salzachblick",
        "city": "Salzburg",
        "stars": 4,
        "price_per_night": 158,
        "rating": 8.4,
        "amenities": ["lift", "bicycles"],
        "reviews": [{"by": "Owen", "text": "Free bicycles, and a view of the fortress from room 12."}],
    },
    {
        "id": "h-520",
        "name": "Auberge des Traboules",
        "city": "Lyon",
        "stars": 3,
        "price_per_night": 104,
        "rating": 9.0,
        "amenities": ["breakfast"],
        "reviews": [{"by": "Nadia", "text": "Petit-déjeuner copieux. Pas d'ascenseur, prévoyez des sacs légers."}],
    },
]

RESTAURANTS: list[dict[str, Any]] = [
    {
        "id": "r-21",
        "name": "Taberna da Esquina",
        "city": "Lisbon",
        "kitchen": "Portuguese",
        "diets": ["vegetarian"],
        "rating": 8.8,
        "reviews": [{"by": "Rui", "text": "O bacalhau vale a viagem. Fecha às segundas."}],
    },
    {
        "id": "r-24",
        "name": "Mar de Dentro",
        "city": "Lisbon",
        "kitchen": "fish",
        "diets": [],
        "rating": 9.1,
        "reviews": [{"by": "Signe", "text": "Best grilled sardines; cash only, so bring some."}],
    },
    {
        "id": "r-27",
        "name": "Prato Velho",
        "city": "Lisbon",
        "kitchen": "international",
        "diets": [],
        "rating": 5.0,
        "reviews": [{"by": "Ilya", "text": "Ждали час, суп холодный."}],
    },
    {
        "id": "r-51",
        "name": "Racine & Sel",
        "city": "Lyon",
        "kitchen": "plants",
        "diets": ["vegan", "vegetarian"],
        "rating": 9.2,
        "reviews": [{"by": "Chloé", "text": "Tout est végétalien, même la sauce lyonnaise. Réserver tôt."}],
    },
    {
        "id": "r-55",
        "name": "Le Bouchon Vert",
        "city": "Lyon",
        "kitchen": "French",
        "diets": ["vegan"],
        "rating": 8.3,
        "reviews": [{"by": "Luis", "text": "Dos platos veganos, buenos, pero la carta es corta."}],
    },
]

FLIGHTS: list[dict[str, Any]] = [
    {"flight": "QA 417", "origin": "Hamburg", "destination": "Lisbon", "date": "2027-03-12", "departs": "07:40", "arrives": "10:15", "price": 189},
    {"flight": "VN 880", "origin": "Hamburg", "destination": "Lisbon", "date": "2027-03-12", "departs": "13:05", "arrives": "15:45", "price": 134},
    {"flight": "QA 418", "origin": "Lisbon", "destination": "Hamburg", "date": "2027-03-15", "departs": "18:20", "arrives": "22:50", "price": 176},
    {"flight": "VN 881", "origin": "Lisbon", "destination": "Hamburg", "date": "2027-03-15", "departs": "11:30", "arrives": "16:00", "price": 221},
    {"flight": "GX 9", "origin": "Hamburg", "destination": "Lisbon", "date": "2027-03-12", "departs": "21:55", "arrives": "00:40", "price": 940},
    {"flight": "ZB 52", "origin": "Rome", "destination": "Lisbon", "date": "2027-03-12", "departs": "09:10", "arrives": "11:25", "price": 88},
    {"flight": "ZB 56", "origin": "Rome", "destination": "Lisbon", "date": "2027-03-12", "departs": "17:35", "arrives": "19:50", "price": 119},
]  # fmt: skip

PAGES: dict[str, str] = {
    "https://museum-azulejo.example/visit": (
        "Museu do Azulejo. Open Tuesday to Sunday, 10:00 to 18:00; last entry 17:30. Closed on Mondays. "
        "On the first Sunday of each month a guided walk starts at 11:15. Tickets at the door: 8 euros."
    ),
    "https://fado-nights.example/program": (
        "Programa de março. 12 de março: Beatriz Lume, 21:30. 13 de março: Trio Alcântara, 22:00. "
        "14 de março: casa fechada."
    ),
    "https://ferry-times.example/cacilhas": "Ferries leave Cais do Sodré every 20 minutes, first 05:35, last 01:20.",
}
