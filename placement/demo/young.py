"""Sixty invented young people: who they are, and what the record says before anything else happens."""

from dataclasses import dataclass, field
from datetime import date, timedelta

F, M, N = "female", "male", "nonbinary"
T, G, R, S = "trafficked", "general", "runaway", "street"
EN = ("English",)
ES = ("Spanish", "English")


@dataclass(frozen=True)
class Young:
    """One young person. ``group`` is where the story ends: a home, "left" or "waiting"; ``opened`` counts days ago."""

    group: str
    preferred: str
    legal: str
    sex: str
    age: int
    languages: tuple[str, ...]
    population: str
    stage: str
    level: int
    unit: str
    opened: int
    code: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """Return the name in the plan."""
        return self.preferred

    def born(self, today: date) -> date:
        """Return a birth date that makes the young person ``age`` years old today."""
        days = 20 + sum(map(ord, self.legal)) % 300
        try:
            birthday = today.replace(year=today.year - self.age)
        except ValueError:  # 29 February
            birthday = today.replace(year=today.year - self.age, day=28)
        return birthday - timedelta(days=days)


_ROWS = (
    # Cedar House: girls and non-binary young people
    ("cedar", "Noor", "Noor Al-Hashimi", F, 15, ("English", "Arabic"), T, "confirmed", 3, "north", 204),
    ("cedar", "Mei", "Mei-Lin Zhou", F, 14, ("English", "Mandarin"), T, "confirmed", 3, "north", 186),
    ("cedar", "Jordan", "Jordan Whitfield", N, 16, EN, T, "confirmed", 2, "north", 165),
    ("cedar", "Ximena", "Ximena Robles Ortega", F, 13, ES, T, "confirmed", 3, "north", 152),
    ("cedar", "Amara", "Amara Okonkwo", F, 17, ("English", "Igbo"), T, "confirmed", 2, "north", 133),
    ("cedar", "Sky", "Skyler Yazzie", N, 15, ("English", "Navajo"), T, "confirmed", 4, "north", 111),
    ("cedar", "Linh", "Linh Thi Tran", F, 16, ("Vietnamese", "English"), T, "confirmed", 2, "south", 97),
    ("cedar", "Destiny", "Destiny Hayes", F, 14, EN, T, "screened", 3, "south", 126),
    # Birch House
    ("birch", "Mateo", "Mateo Cárdenas Ruiz", M, 15, ES, T, "confirmed", 2, "south", 181),
    ("birch", "Kaya", "Kaya Lindqvist", F, 16, EN, T, "confirmed", 1, "south", 164),
    ("birch", "Samir", "Samir Rahmani", M, 14, ("Dari", "English"), T, "confirmed", 3, "south", 143),
    ("birch", "Rosa", "Rosa Ixchel Tun", F, 17, ("Spanish", "Kʼicheʼ"), T, "confirmed", 2, "south", 103),
    ("birch", "Tamsin", "Tamsin Boateng", F, 15, ("English", "Twi"), T, "confirmed", 2, "north", 86),
    ("birch", "River", "River Castellano", N, 16, EN, T, "confirmed", 3, "north", 51),
    # Maple Residence
    ("maple", "Elijah", "Elijah Brooks", M, 13, EN, G, "confirmed", 1, "north", 256),
    ("maple", "Priya", "Priya Raman", F, 13, ("English", "Tamil"), G, "confirmed", 2, "south", 215),
    ("maple", "Dmitri", "Dmitri Volkov", M, 16, ("English", "Russian"), G, "confirmed", 2, "north", 197),
    ("maple", "Leilani", "Leilani Kahale", F, 15, EN, G, "confirmed", 1, "south", 166),
    ("maple", "Oskar", "Oskar Brandvold", M, 14, EN, G, "confirmed", 3, "north", 127),
    ("maple", "Chidi", "Chidi Eze", M, 17, EN, G, "confirmed", 1, "south", 92),
    ("maple", "Hana", "Hana Kobayashi", F, 16, ("English", "Japanese"), T, "confirmed", 2, "north", 69),
    # Harbor Street Shelter
    ("harbor", "Jaylen", "Jaylen Carter", M, 16, EN, R, "confirmed", 1, "south", 49),
    ("harbor", "Freya", "Freya Nilsson", F, 17, EN, S, "confirmed", 2, "north", 41),
    ("harbor", "Tomás", "Tomás Aguilar", M, 15, ES, R, "confirmed", 1, "south", 33),
    ("harbor", "Imani", "Imani Njoroge", F, 16, ("English", "Swahili"), R, "confirmed", 2, "north", 26),
    # Alder Home, by an approved exception
    ("alder", "Aiyana", "Aiyana Redwing", F, 12, EN, T, "confirmed", 2, "north", 61),
    # Have lived in a home and left
    ("left", "Abena", "Abena Mensah", F, 17, ("English", "Twi"), T, "confirmed", 2, "north", 350),
    ("left", "Marisol", "Marisol Fuentes", F, 16, ES, T, "confirmed", 3, "north", 321),
    ("left", "Nia", "Nia Robinson", F, 15, EN, T, "confirmed", 2, "north", 299),
    ("left", "Katya", "Katya Melnyk", F, 16, ("Ukrainian", "English"), T, "confirmed", 3, "south", 268),
    ("left", "Luz", "Luz Herrera Pineda", F, 14, ES, T, "confirmed", 2, "north", 171),
    ("left", "Diego", "Diego Salinas", M, 16, ES, T, "confirmed", 2, "south", 329),
    ("left", "Aisha", "Aisha Mohamud", F, 17, ("English", "Somali"), T, "confirmed", 1, "south", 277),
    ("left", "Minh", "Minh Pham", M, 15, ("Vietnamese", "English"), T, "confirmed", 2, "south", 219),
    ("left", "Hazel", "Hazel Thornton", N, 16, EN, T, "confirmed", 3, "south", 139),
    ("left", "Omar", "Omar Haddad", M, 14, ("Arabic", "English"), G, "confirmed", 2, "north", 364),
    ("left", "Ingrid", "Ingrid Sørensen", F, 15, EN, G, "confirmed", 1, "south", 208),
    ("left", "Teo", "Teodoro Silva", M, 16, ("Portuguese", "English"), R, "confirmed", 1, "north", 76),
    # Waiting for a home, or for a decision
    ("waiting", "Yuki", "Yuki Nakamura", F, 15, ("English", "Japanese"), T, "suspected", 2, "north", 6),
    ("waiting", "Gabriel", "Gabriel Moreau", M, 14, ("English", "French"), G, "screened", 1, "south", 9),
    ("waiting", "Zahra", "Zahra Hosseini", F, 16, ("Farsi", "English"), T, "suspected", 3, "south", 4),
    ("waiting", "Lucía", "Lucía Andrade", F, 15, ES, T, "confirmed", 3, "north", 24),
    ("waiting", "Wren", "Wren Ashby", F, 11, EN, T, "suspected", 2, "north", 19),
    ("waiting", "Dion", "Dion Baptiste", M, 16, ("Haitian Creole", "English"), T, "confirmed", 2, "north", 22),
    ("waiting", "Malia", "Malia Fonoti", F, 16, ("Samoan", "English"), T, "confirmed", 5, "south", 29),
    ("waiting", "Farah", "Farah Siddiqui", F, 16, ("Urdu", "English"), T, "confirmed", 3, "north", 31),
    ("waiting", "Inés", "Inés Cárdenas Ruiz", F, 13, ES, T, "confirmed", 2, "south", 17),
    ("waiting", "Bao", "Bao Nguyen", M, 13, ("Vietnamese",), T, "screened", 2, "south", 2),
    ("waiting", "Nadia", "Nadia Petrova", F, 15, ("Bulgarian", "English"), T, "confirmed", 2, "south", 21),
    ("waiting", "Keisha", "Keisha Lamar", F, 15, EN, T, "confirmed", 3, "north", 27),
    ("waiting", "Ravi", "Ravi Chandran", M, 16, ("English", "Hindi"), T, "confirmed", 2, "south", 25),
    ("waiting", "Salma", "Salma El-Amin", F, 14, ("Arabic", "English"), T, "confirmed", 2, "north", 34),
    ("waiting", "Emeka", "Emeka Obi", M, 15, EN, G, "confirmed", 2, "south", 55),
    ("waiting", "Anya", "Anya Sokolova", F, 16, ("Russian", "English"), T, "suspected", 2, "north", 45),
    ("waiting", "Tala", "Tala Reyes", F, 14, ("Tagalog", "English"), T, "confirmed", 3, "north", 38),
    ("waiting", "Joaquín", "Joaquín Beltrán", M, 17, ES, T, "confirmed", 1, "south", 36),
    ("waiting", "Sunniva", "Sunniva Dahl", F, 17, EN, T, "confirmed", 2, "north", 43),
    ("waiting", "Caleb", "Caleb Stone", M, 15, EN, G, "confirmed", 2, "south", 20),
    ("waiting", "Pilar", "Pilar Quispe", F, 12, ("Quechua", "Spanish"), T, "screened", 2, "north", 1),
    ("waiting", "Devi", "Devi Sharma", N, 16, ("English", "Nepali"), S, "screened", 1, "south", 12),
)


def everybody() -> dict[str, Young]:
    """Return the sixty by preferred name, in the order in which their cases were opened; codes follow that order."""
    rows = sorted(_ROWS, key=lambda row: -row[10])
    made = [Young(*row, code=f"K-{number}") for number, row in enumerate(rows, start=1)]
    return {young.key: young for young in made}


# What the care profile says of some; the others get lines by chance.
ALERTS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "Noor": (
        ("allergy", "Peanuts: carries an auto-injector", True),
        ("care", "Prays five times a day; keep the quiet room free", False),
    ),
    "Mei": (("safety", "Do not say on the phone whether she lives here", True),),
    "Jordan": (("care", "Uses they and them", False), ("medical", "Asthma: blue inhaler in the staff room", False)),
    "Ximena": (("contact", "Calls from unknown numbers go to the office first", True),),
    "Amara": (("medical", "Sickle cell trait: water at all times on outings", False),),
    "Sky": (
        ("safety", "May leave when frightened: stay close, speak calmly", True),
        ("care", "Sleeps with the light on", False),
    ),
    "Linh": (("care", "Interpreter for health visits: Vietnamese", False),),
    "Destiny": (("allergy", "Penicillin", True),),
    "Mateo": (("care", "Grounding card helps; it is in his pocket", False),),
    "Samir": (
        ("care", "No pork; halal kitchen shelf on the left", False),
        ("medical", "Migraine: dark room, then call the nurse", False),
    ),
    "Rosa": (("care", "Kʼicheʼ interpreter by phone for anything important", False),),
    "River": (("safety", "No photographs, not even for the house wall", True),),
    "Tamsin": (("allergy", "Bee stings", True),),
    "Aiyana": (("care", "Her aunt's blanket stays on the bed", False),),
    "Hana": (("safety", "Same bus driver each day; no change without a call", True),),
    "Salma": (("allergy", "Tree nuts", True), ("care", "Wishes a room near the stairs", False)),
    "Keisha": (("medical", "Type 1 diabetes: pump, sugar tabs in every room", True),),
}
SIBLINGS = (("Mateo", "Inés", True), ("Noor", "Salma", True))
# Exploiters are invented; two young people share each of the first two.
EXPLOITERS = (
    ("Mei", "A man known online as “Coach Vince”", "exploiter", "Named in the police report; a warrant is open."),
    (
        "Lucía",
        "A man known online as “Coach Vince”",
        "exploiter",
        "She recognised him in a photograph shown by the detective.",
    ),
    ("Mateo", "Dale Varnum", "recruiter", "Offered work at a car wash, then took the phone and papers."),
    ("Ravi", "Dale Varnum", "recruiter", "Same offer of work, two months later."),
    ("Noor", "A couple who ran a nail salon in Port Ansel", "exploiter", "Closed by the labour inspectors in spring."),
    ("Keisha", "A recruiter who used the name “Skyline Models”", "recruiter", "Wrote to several girls of her school."),
)
# What exploiters use, invented too: each young person tells it in their own way.
TRACES = (
    ("Amara", "phone", "(559) 555-0177", "He called her from it."),
    ("Jordan", "phone", "559 555 0177", "On a paper that was in their bag."),
    ("Jordan", "place", "Starlite Motel, Route 9", "They were kept there for a week."),
    ("Sky", "place", "starlite motel route 9", "They say that others were there, too."),
)
HARM = (
    ("Sky", "harmed", 260, "Pushed another girl in a former home during an argument about a phone; both apologised."),
    (
        "Tala",
        "harmed",
        90,
        "Threw a chair in class; a classmate had a bruise. Works on this with the school counsellor.",
    ),
    ("Samir", "was_harmed", 300, "Was hit by an older boy in a shelter. Does not want to share a room."),
    ("Farah", "was_harmed", 140, "Was threatened by another girl, who lives in Cedar House now."),
    ("River", "was_harmed", 210, "Money and clothes were taken by two older residents of a group home."),
)
ALIASES = (
    ("Jordan", "Jade", "On the school register until last year"),
    ("Sky", "Skyler", "At the clinic"),
    ("Katya", "Kateryna", "In her passport"),
    ("Destiny", "Dee", "In the shelter"),
)
