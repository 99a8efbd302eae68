"""Addresses under /facilities/."""

from django.urls import include, path

from placement.facilities.views import addresses, exits, homes, licences, people, rooms, ties

app_name = "facilities"
urlpatterns = [
    path("", include("placement.facilities.urls.shifts")),
    path("", include("placement.facilities.urls.roster")),
    path("", homes.home_list, name="list"),
    path("new/", homes.new_home, name="new"),
    path("<uuid:pk>/", homes.home, name="detail"),
    path("<uuid:pk>/history/", homes.history, name="history"),
    path("<uuid:pk>/opened/", homes.opened, name="opened"),
    path("<uuid:pk>/ties/", ties.ties, name="ties"),
    path("<uuid:pk>/address/", addresses.address, name="address"),
    path("<uuid:pk>/address/change/", addresses.change_address, name="change-address"),
    path("<uuid:pk>/weeks/<int:year>-<int:number>/", homes.week, name="week"),
    path("<uuid:pk>/papers/new/", homes.add_paper, name="add-paper"),
    path("<uuid:pk>/papers/<uuid:paper>/", homes.paper, name="paper"),
    path("<uuid:pk>/licences/new/", licences.add_licence, name="add-licence"),
    path("<uuid:pk>/licences/<uuid:licence>/terms/", licences.change_terms, name="licence-terms"),
    path("<uuid:pk>/licences/<uuid:licence>/end/", licences.end_licence, name="end-licence"),
    path("<uuid:pk>/licences/<uuid:licence>/confirm/", licences.confirm_licence, name="confirm-licence"),
    path("<uuid:pk>/waivers/<uuid:waiver>/confirm/", licences.confirm_waiver, name="confirm-waiver"),
    path(
        "<uuid:pk>/licences/<uuid:licence>/population/",
        licences.confirm_population,
        name="confirm-population",
    ),
    path("<uuid:pk>/licences/<uuid:licence>/conditions/new/", licences.add_condition, name="add-condition"),
    path("<uuid:pk>/licences/<uuid:licence>/waivers/new/", licences.add_waiver, name="add-waiver"),
    path("<uuid:pk>/fire-clearances/new/", licences.add_fire_clearance, name="add-fire-clearance"),
    path("<uuid:pk>/units/new/", rooms.add_unit, name="add-unit"),
    path("<uuid:pk>/rooms/new/", rooms.add_room, name="add-room"),
    path("<uuid:pk>/beds/new/", rooms.add_bed, name="add-bed"),
    path("<uuid:pk>/beds/<uuid:bed>/", rooms.close_bed, name="close-bed"),
    path("<uuid:pk>/beds/<uuid:bed>/reopen/", rooms.reopen_bed, name="reopen-bed"),
    path("<uuid:pk>/exits/", exits.exits, name="exits"),
    path("<uuid:pk>/exits/new/", rooms.add_exit, name="add-exit"),
    path("<uuid:pk>/exits/check/", exits.check, name="check-exits"),
    path("<uuid:pk>/exits/<uuid:check>/", exits.amend, name="amend-exit-check"),
    path("<uuid:pk>/drills/", exits.drills, name="drills"),
    path("<uuid:pk>/drills/new/", exits.add_drill, name="add-drill"),
    path("<uuid:pk>/drills/<uuid:drill>/", exits.amend_drill, name="amend-drill"),
    path("<uuid:pk>/people/new/", people.assign, name="assign"),
    path("<uuid:pk>/people/<uuid:assignment>/end/", people.end_assignment, name="end-assignment"),
]
