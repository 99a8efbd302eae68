"""Sentences that the people of the demo write: varied, plain, and about what was seen and heard."""

Outside = tuple[tuple[str, ...], str, str, str]  # names, relation, permission, order

COURTS = (
    "Superior Court of Arroyo County, Dept. 4",
    "Superior Court of Costa Brava County, Juvenile Division",
    "Llano Verde County District Court",
)
LEGAL_BASIS = (
    "Dependency petition sustained; care ordered to the agency",
    "Temporary custody order of the juvenile court",
    "Voluntary placement agreement with the parent",
    "Dependency case transferred from another county",
)
GOALS = ("reunification", "relative", "guardianship", "adoption", "reunification", "relative")
FAMILY = (
    "Mother and two younger brothers. The mother calls every week and has asked for visits.",
    "Lived with an aunt until last year. The aunt is being assessed as a carer.",
    "Father abroad; contact by letter. An older sister is grown up and reachable.",
    "Grandmother brought her up and wishes to take part in every meeting.",
    "Parents separated. Both were heard; the court will look again at contact.",
    "No family known in this country. A cousin was found through the consulate.",
)
FAMILY_PLAIN = (
    "Mother and two younger brothers. The mother calls every week and has asked for visits.",
    "Lived with an aunt until last year. The aunt is being assessed as a carer.",
    "Father abroad; contact by letter. An older sister is grown up and reachable.",
    "Grandmother wishes to take part in every meeting.",
    "Parents separated. Both were heard; the court will look again at contact.",
)
PLANS = (
    "Up at 06:45. School until 15:00. Homework before dinner; drawing in the evening. Phone from 19:00 to 20:00.",
    "Breakfast in the small kitchen, it is quieter. School by car. Football on Tuesdays and Thursdays.",
    "Online lessons 09:00 to 12:00 with the tutor. Walk after lunch. Guitar in the music room at 17:00.",
    "School until 14:30. Therapy on Wednesdays at 16:00. Helps to cook on Fridays, own wish.",
    "Slow mornings: knock, wait, come back after five minutes. School at 08:30. Reads before bed.",
    "School, then library club on Mondays. Likes to know in the morning what comes in the day.",
)
ALERT_CHOICES = (
    ("care", "Tell a day before when plans change", False),
    ("care", "Female staff only at night", False),
    ("medical", "Glasses for reading", False),
    ("medical", "Hay fever in spring: tablets in the staff room", False),
    ("safety", "No photographs", False),
    ("contact", "School calls go through the caseworker", False),
    ("allergy", "Strawberries", False),
)
OUTSIDE: tuple[Outside, ...] = (
    (("Rosa", "Grace", "Helen", "Samira", "Olga", "Teresa", "Joyce", "Mina"), "mother", "allowed", ""),
    (("Lena", "Fatima", "Ana", "Ruth", "Miriam", "Dolores"), "aunt", "allowed", ""),
    (
        ("Ivan", "Joseph", "Karim", "Luis", "Peter", "Samuel"),
        "uncle",
        "supervised",
        "Court order of {day}: visits with somebody present",
    ),
    (("Maria", "Edith", "Amina", "Hilda", "Nan Okoye", "Halmoni Kim"), "grandmother", "allowed", ""),
    (("Carla", "Jenny", "Sofia", "Naomi"), "friend from school", "allowed", ""),
    (
        ("Mark", "Viktor", "Ray", "Tony"),
        "mother's former partner",
        "prohibited",
        "Court order of {day}: no contact of any kind",
    ),
    (
        ("Chris", "Alex", "Nick"),
        "acquaintance from the time before",
        "prohibited",
        "Safety plan of {day}, agreed with the young person",
    ),
)
LAWYERS = ("Deborah Stein", "Marcus Hale", "Yolanda Cruz", "Ingrid Falk")
BASIS = {
    (
        "trafficked",
        "screened",
    ): "Screening tool at intake: several answers point that way. To be looked into by the county team.",
    ("trafficked", "suspected"): "Interview by the child advocacy center, and what the school counsellor wrote.",
    (
        "trafficked",
        "confirmed",
    ): "Multidisciplinary team meeting: police report, advocacy center interview, own account.",
    ("general", "screened"): "Screening tool at intake: nothing points to exploitation.",
    ("general", "confirmed"): "Screening and two conversations with the counsellor: no sign of exploitation.",
    ("runaway", "confirmed"): "Left home twice this year after arguments; screening shows nothing else.",
    ("street", "screened"): "Met by the street outreach team; screening to be repeated.",
    ("street", "confirmed"): "Outreach team has known the young person for a year; screening shows nothing else.",
}
ASSESSORS = ("K. Maldonado, LCSW", "Dr. P. Osterman", "J. Achterberg, LMFT", "County assessment team")
LEVEL_BASIS = (
    "CANS assessment with the young person and the caseworker; needs structure and somebody awake at night.",
    "CANS assessment; settles well with clear routines, needs weekly therapy.",
    "Assessment after the hospital stay; close support for the first months.",
    "Yearly review: same level, fewer worries about sleep.",
)
REFERRAL_REASONS = (
    "The emergency bed ends this week. Needs a home where daily life is quiet and predictable.",
    "The present home can't offer the level of care that the assessment asks for.",
    "Cannot return to the family for now; the court has asked for a licensed home.",
    "The foster parents gave notice. The young person asks for a home with others of the same age.",
    "Hospital will discharge soon and asks for a home with somebody awake at night.",
)
REFERRAL_NEEDS = (
    "Own room or one calm room-mate; therapy close by; school can go on.",
    "Somebody awake at night. Help with reading. Halal or vegetarian kitchen if possible.",
    "A school that knows about interrupted learning. Space for sport.",
    "Continuing with the same therapist; staff who speak the family's language would help.",
)
WISHES = (
    "Wants to keep the phone number of a friend from school.",
    "Wants a home with a garden, and to bring the guitar.",
    "Asked not to be far from the sister.",
    "Does not want to share a room at first.",
    "“Somewhere where nobody shouts.”",
    "",
)
CHOICE_REASONS = (
    "Closest to school among the homes that fit, and the language is spoken there.",
    "Only home with a place now that fits; the young person has visited and agrees.",
    "Smaller group and somebody awake at night; far from the area to avoid.",
    "The young person knows two of the staff and feels safe there.",
)
VIEWS = (
    "Visited on Saturday and liked the garden.",
    "Agrees; asked twice whether there is a piano.",
    "Would rather wait for a single room, but agrees for now.",
    "Agrees.",
)
APPROVALS = (
    "Read the record and the warnings. The home fits, and the young person was heard.",
    "Agreed after a call with the administrator; the first week will be planned day by day.",
    "The reasons are sound. Review in 30 days.",
)
SIGNED = (
    "Talked with the home: separate floors, staff awake at night, reviewed each week.",
    "Known to the home; the safety plan says how it is watched. The young person knows of it.",
)
LEFT_BECAUSE = {
    "family": "Returned to the family after four months of visits; the court agreed.",
    "relative": "The aunt was approved as a carer. Moving boxes were packed together.",
    "foster": "A foster family was found near the school; two trial weekends went well.",
    "independent": "Turns eighteen soon; place in supported housing with a key of their own.",
    "home": "Moved to a home that fits better.",
}
AFTER_CARE = (
    "Weekly call for three months. Therapy goes on with the same person. School was told of "
    "the new address by the caseworker.",
    "Visit after two weeks, then monthly. The house keeps a bed for a weekend if it is needed. "
    "Emergency number is in the wallet.",
    "Key worker calls every Sunday. Job coach from next month. Back to the clinic in six weeks.",
)
CHECKS = (
    "Safe and well. Goes to school every day; asked about a summer job.",
    "Settled. Sleeps better than in the first week. Therapy goes on.",
    "Doing well, misses the kitchen of the home. Would like to visit once.",
)
OPEN = "Everybody on duty knows. The caseworker is told. The next shift looks first."
HAND_OFF = (
    "Quiet shift. Everybody ate. {who} would like to call the aunt tomorrow.",
    "{who} had a hard phone call and talked with staff for an hour; settled after tea. Please look in.",
    "All in the house. Laundry is done. The tap in the upper bathroom still drips; reported.",
    "Film evening went well. {who} chose the film. Two went to bed late, all asleep by midnight.",
    "{who} has a test in the morning: wake at 06:15. Lunch boxes are in the fridge.",
    "School called about {who}: homework is in the bag. Otherwise a good day.",
    "Walk to the creek with four. Everybody was back at 16:30. Keys counted.",
    "New bedding in room 3. {who} slept badly and wishes a night light.",
)
NOTES = (
    "Asked for help with a letter to the judge. We wrote it together; it is in the folder.",
    "Laughed a lot while cooking. Made rice the way the grandmother does.",
    "Did not want to talk after therapy. Drew for an hour, then came to dinner.",
    "Found a photograph of the old school and told us about it.",
    "Was angry about the phone rule. We read the house rules together and agreed on Sunday.",
    "Helped a new housemate to find the laundry room.",
    "Woke up at two, sat with staff in the kitchen, went back to bed at half past two.",
    "Practised for the driving theory test. Knows all the signs.",
    "Chose paint for the wall of the room: green.",
    "Said that the week was better than the last one.",
    "Played chess and won twice.",
    "Wrote the shopping list and remembered everybody's wishes.",
)
HEALTH = {
    "Well": ("Weight and height taken for the yearly visit.", "Back from the dentist, no pain.", "Cough is gone."),
    "Not well": (
        "Had a headache; water and rest helped.",
        "Sore throat, no fever. Tea, and to bed early.",
        "Stomach ache after the meal; lay down for an hour.",
    ),
}
ACTIVITIES = (
    "Swimming",
    "Film evening",
    "Baking",
    "Walk to the creek",
    "Football in the yard",
    "Painting",
    "Library",
    "Board games",
    "Gardening",
    "Music room",
)
LATE_REASONS = (
    "Was with a young person who needed me.",
    "The tablet was charging.",
    "Found in the paper notes after the shift was signed.",
    "Found in the paper notes after the shift was signed.",
)
AMENDMENTS = (
    "Checked with a colleague who was there.",
    "The time was wrong.",
    "The young person told me more later.",
)
CONTACT_NOTES = (
    "",
    "",
    "Talked about school and the dog.",
    "Was sad afterwards; staff stayed with them.",
    "Laughed a lot.",
    "Asked when the next visit will be.",
    "",
)
CLINICAL = "First impressions after three sessions. Sleeps better. Goals were set together: trust, sleep, school."

NIGHT_READ = "Rounds were late between two and four; the tablet was charging. A second one is ordered."

# Home → a term that the writer kept although it was pointed out, and the note in which it stands.
KEPT = {
    "cedar": (
        "attention-seeking",
        "Came to the office four times in an hour. A bit attention-seeking today, calm after tea.",
    ),
    "birch": ("defiant", "Was defiant about the phone at first, then handed it in and helped with dinner."),
}
