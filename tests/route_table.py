"""What every route answers to whom: read by test_route_table.py. A new route needs its line here.

`out` nobody is signed in; `other` Mallory, of another member; `user` Rita, who reads for Alpha;
`admin` Alice, who acts for Alpha; `super` Carol, who runs the exchange; `as` Carol, looking as
Alpha. The forms of POST routes, in FIELDS, are good ones and name the member one acts for; the
addresses lead to Beta as its peer, and to notes and such of Alpha (tests/route_things.py).
"""

TABLE = """
method route                                   out  other user admin super as
GET    /                                       302  303   303  303   303   303
GET    /help/                                  200  200   200  200   200   200
GET    /help/operators                         302  403   403  403   200   200
GET    /login                                  200  303   303  303   303   303
POST   /login                                  422  422   422  422   422   422
GET    /login/forgotten                        200  200   200  200   200   200
POST   /login/forgotten                        200  200   200  200   200   200
GET    /login/link/<token>                     404  404   404  404   404   404
POST   /login/link/<token>                     404  404   404  404   404   404
GET    /login/address/<token>                  302  404   404  404   404   404
POST   /login/address/<token>                  302  404   404  404   404   404
GET    /login/invitation/<token>               404  404   404  404   404   404
POST   /login/invitation/<token>               404  404   404  404   404   404
POST   /login/invitation/<token>/decline       404  404   404  404   404   404
GET    /invitations                            302  200   200  200   200   200
POST   /invitations/<int:invitation_id>/accept 302  404   404  404   404   404
POST   /invitations/<int:invitation_id>/decline 302 404   404  404   404   404
POST   /logout                                 302  303   303  303   303   303
POST   /theme                                  303  303   303  303   303   303
POST   /account/member                         302  403   303  303   403   403
POST   /view-as/<int:member_id>                302  403   403  403   303   303
POST   /view-as/end                            302  403   403  403   303   303
GET    /attention/                             302  403   403  403   200   200
GET    /members/                               302  403   403  403   200   200
GET    /members/new                            302  403   403  403   200   200
POST   /members/new                           302  403   403  403   303   303
GET    /members/<int:member_id>                302  403   403  403   200   200
GET    /members/<int:member_id>/edit           302  403   403  403   200   200
POST   /members/<int:member_id>/edit           302  403   403  403   409   409
POST   /members/<int:member_id>/follow         302  403   403  403   303   303
POST   /members/<int:member_id>/contacts       302  403   403  403   303   303
POST   /members/<int:member_id>/contacts/<int:contact_id> 302 403 403 403 409 409
POST   /members/<int:member_id>/contacts/<int:contact_id>/remove 302 403 403 403 409 409
POST   /members/<int:member_id>/suspend        302  403   403  403   303   303
POST   /members/<int:member_id>/resume         302  403   403  403   303   303
POST   /members/<int:member_id>/leave          302  403   403  403   303   303
POST   /members/<int:member_id>/return         302  403   403  403   303   303
GET    /log/                                   302  200   200  200   200   200
GET    /log/log.csv                            302  200   200  200   200   200
GET    /account/                               302  200   200  200   200   200
POST   /account/details                        302  303   303  303   303   303
POST   /account/address/forget                 302  303   303  303   303   303
POST   /account/password                       302  422   422  422   422   422
POST   /account/sessions/end                   302  303   303  303   303   303
POST   /account/sessions/<int:session_id>/end  302  303   303  303   303   303
GET    /details/                               302  200   200  200   403   200
POST   /details/<section>                      302  303   403  303   403   303
POST   /details/follow                         302  303   403  303   403   303
POST   /details/matrix                         302  303   403  303   403   303
POST   /details/contacts                       302  303   403  303   403   303
POST   /details/contacts/<int:contact_id>      302  404   403  409   403   409
POST   /details/contacts/<int:contact_id>/remove 302 404 403 409 403 409
GET    /peering/                               302  200   200  200   403   200
GET    /peering/changes                        302  200   200  200   403   200
GET    /peering/<tab>                          302  200   200  200   403   200
GET    /peering/<tab>/rows                     302  303   303  303   403   303
GET    /peering/<tab>/changed                  302  303   303  303   403   303
GET    /peering/<tab>/<int:peer_id>            302  200   200  200   403   200
POST   /peering/<tab>/<int:peer_id>/mark       302  303   403  303   403   303
GET    /peering/<tab>/<int:peer_id>/notes/new  302  200   403  200   403   403
POST   /peering/<tab>/<int:peer_id>/notes      302  303   403  303   403   403
GET    /peering/<tab>/<int:peer_id>/notes/<int:note_id> 302 404 403 200 403 403
POST   /peering/<tab>/<int:peer_id>/notes/<int:note_id> 302 404 403 303 403 403
POST   /peering/<tab>/<int:peer_id>/notes/<int:note_id>/delete 302 404 403 303 403 403
POST   /peering/<tab>/<int:peer_id>/notes/<int:note_id>/undo 302 404 403 303 403 403
GET    /peering/<tab>/<int:peer_id>/wrong      302  200   403  200   403   200
POST   /peering/<tab>/<int:peer_id>/wrong      302  422   403  422   403   422
GET    /outbox/                                302  403   403  403   200   200
GET    /outbox/<int:message_id>                302  403   403  403   200   200
POST   /outbox/<int:message_id>/retry          302  403   403  403   303   303
POST   /outbox/<int:message_id>/cancel         302  403   403  403   303   303
POST   /outbox/<int:message_id>/arrived        302  403   403  403   422   422
GET    /team/                                  302  200   200  200   403   200
POST   /team/invite                            302  422   403  422   403   422
POST   /team/invitations/<int:invitation_id>/resend 302 422 403 422 403 422
POST   /team/invitations/<int:invitation_id>/withdraw 302 404 403 303 403 303
POST   /team/<int:user_id>/role                302  404   403  303   403   303
GET    /team/<int:user_id>/remove              302  404   403  200   403   200
POST   /team/<int:user_id>/remove              302  404   403  303   403   303
GET    /users/                                 302  403   403  403   200   200
GET    /users/<int:user_id>                    302  403   403  403   200   200
POST   /users/invite                           302  403   403  403   422   422
POST   /users/<int:user_id>/invite             302  403   403  403   200   200
POST   /users/<int:user_id>/details            302  403   403  403   409   409
POST   /users/<int:user_id>/members            302  403   403  403   303   303
POST   /users/<int:user_id>/members/<int:member_id> 302 403 403 403 303 303
POST   /users/<int:user_id>/active             302  403   403  403   200   200
POST   /users/<int:user_id>/superuser          302  403   403  403   303   303
POST   /users/<int:user_id>/sessions/end       302  403   403  403   303   303
GET    /peering/<tab>/<int:peer_id>/ask        302  200   403  200   403   200
POST   /peering/<tab>/<int:peer_id>/ask/preview 302 200 403 200 403 200
POST   /peering/<tab>/<int:peer_id>/ask/send   302  403   403  403   403   403
POST   /peering/<tab>/<int:peer_id>/ask/sample 302  403   403  403   403   403
POST   /peering/<tab>/<int:peer_id>/ask/mark   302  422   403  422   403   422
GET    /requests/                              302  200   200  200   403   200
GET    /requests/requests.csv                  302  200   200  200   403   200
GET    /requests/<int:request_id>              302  404   200  200   403   200
POST   /requests/<int:request_id>/withdraw     302  404   403  303   403   303
POST   /requests/wish                          302  422   403  422   403   422
GET    /requests/stop/<token>                  404  404   404  404   404   404
POST   /requests/stop/<token>                  404  404   404  404   404   404
GET    /requests/stop/<token>/asked            404  404   404  404   404   404
GET    /requests/stopped/<token>               404  404   404  404   404   404
POST   /requests/stopped/<token>               404  404   404  404   404   404
GET    /requests/volume                        302  403   403  403   200   200
POST   /requests/pauses                        302  403   403  403   422   422
POST   /requests/pauses/<int:pause_id>/end     302  403   403  403   303   303
GET    /detection/                             302  403   403  403   200   200
POST   /detection/reports/<int:report_id>/close 302 403  403  403   422   422
GET    /detection/agents/forget                302  403   403  403   404   404
POST   /detection/agents/forget                302  403   403  403   404   404
GET    /detection/status.json                  302  403   403  403   200   200
GET    /detection/what-we-see                  302  200   200  200   200   200
GET    /healthz                                200  200   200  200   200   200
GET    /readyz                                 503  503   503  503   503   503
GET    /metrics                                200  200   200  200   200   200
GET    /vlans/                                 302  403   403  403   200   200
POST   /vlans/<int:vlan_id>/flags/<flag>       302  403   403  403   303   303
GET    /vlans/infrastructures/<int:home_id>    302  403   403  403   200   200
POST   /vlans/infrastructures/<int:home_id>    302  403   403  403   303   303
GET    /vlans/new                              302  403   403  403   200   200
POST   /vlans/new                              302  403   403  403   303   303
GET    /vlans/<int:vlan_id>                    302  403   403  403   200   200
POST   /vlans/<int:vlan_id>                    302  403   403  403   409   409
GET    /vlans/<int:vlan_id>/delete             302  403   403  403   200   200
POST   /vlans/<int:vlan_id>/delete             302  403   403  403   303   303
GET    /vlans/<int:vlan_id>/interfaces         302  403   403  403   200   200
GET    /vlans/<int:vlan_id>/interfaces/new     302  403   403  403   200   200
POST   /vlans/<int:vlan_id>/interfaces/new     302  403   403  403   303   303
GET    /vlans/<int:vlan_id>/interfaces/<int:interface_id> 302 403 403 403 200 200
POST   /vlans/<int:vlan_id>/interfaces/<int:interface_id> 302 403 403 403 409 409
POST   /vlans/<int:vlan_id>/interfaces/<int:interface_id>/connected 302 403 403 403 303 303
GET    /matrix/                                302  200   200  200   200   200
GET    /caught-mail/                           200  200   200  200   200   200
GET    /caught-mail/<name>                     404  404   404  404   404   404
GET    /matrix/data                            302  404   404  404   404   404
GET    /matrix/export.<form>                   302  404   404  404   404   404
GET    /matrix/pair/<int:one_id>/<int:other_id> 302 404   404  404   404   404
GET    /static/<path:filename>                 200  200   200  200   200   200
GET    /bootstrap/static/<path:filename>       200  200   200  200   200   200
"""

# What stands in the addresses; words are ids of the cast and of tests/route_things.py.
VALUES = {
    "tab": "peers",
    "form": "csv",
    "one_id": "alpha",
    "other_id": "mall",
    "peer_id": "beta",
    "member_id": {
        "user_admin.set_role": "beta",
        "member_admin.save_contact": "alpha",
        "member_admin.remove_contact": "alpha",
        "": "mall",
    },
    "session_id": 1,
    "note_id": {
        "peering.save_note": "note-1",
        "peering.delete_note": "note-2",
        "peering.undo_note": "note-3",
        "": "note-0",
    },
    "vlan_id": {"vlan_admin.delete": "vlan-3", "": "vlan-2"},
    "interface_id": "port",
    "flag": "peering_manager",
    # What would take somebody's login away is asked about first.
    "user_id": {
        "team.set_role": "rita",
        "team.ask_to_remove": "ivan",
        "team.remove": "ivan",
        "": "bob",
    },
    "contact_id": {
        "details.remove_contact": "contact-1",
        "member_admin.remove_contact": "contact-1",
        "": "contact-0",
    },
    "section": "peeringdb",
    "message_id": {"outbox.retry": "mail-1", "outbox.cancel": "mail-2", "": "mail-0"},
    "report_id": 4711,
    "request_id": "request",
    "invitation_id": "invitation",
    "pause_id": 4711,
    "name": "20260101T000000000000-00000000",
    "home_id": "home",
    "token": "of-nobody",
    "filename": {"static": "css/portal.css", "bootstrap.static": "css/bootstrap.min.css"},
}

# The fields of POST routes, by endpoint.
FIELDS = {
    "member_admin.new": {"name": "Newcomer", "asn": "AS64510", "type": "peering"},
    "member_admin.edit": {"name": "Mall", "asn": "64498", "type": "peering", "version": "old"},
    "member_admin.follow": {"field": "policy"},
    "member_admin.add_contact": {"kind": "noc", "email": "noc@mall.example"},
    "member_admin.save_contact": {"kind": "noc", "email": "noc@alpha.example"},
    "auth.login": {"login": "nobody", "password": "wrong"},
    "auth.forgotten": {"login": "nobody"},
    "auth.set_password": {"new": "long enough for anybody"},
    "auth.choose_theme": {"theme": "dark"},
    "auth.switch_member": {"member": "alpha"},
    "account.save_details": {"details-name": "New Name", "details-email": "own-email"},
    "account.change_password": {"password-current": "wrong", "password-new": "long enough now"},
    "details.save": {"in_peeringdb": "yes", "version": "38a7613d4369c425", "member": "own"},
    "details.show_in_matrix": {"on": "0", "member": "own"},
    "details.follow": {"field": "policy", "member": "own"},
    "details.add_contact": {"kind": "noc", "email": "noc@alpha.example", "member": "own"},
    "details.save_contact": {"kind": "noc", "email": "noc@alpha.example", "member": "own"},
    "details.remove_contact": {"member": "own"},
    "peering.add_note": {"text": "Spoke to them", "member": "own"},
    "peering.save_note": {"text": "Spoke to them", "member": "own", "version": "1"},
    "peering.delete_note": {"member": "own", "version": "1"},
    "peering.undo_note": {"member": "own", "version": "1"},
    "outbox.retry": {"version": "1", "sure": "1"},
    "outbox.cancel": {"version": "1"},
    "outbox.arrived": {"version": "1"},
    "team.invite": {"member": "own"},
    "team.resend": {"member": "own"},
    "team.withdraw": {"member": "own"},
    "team.set_role": {"member": "own", "role": "1"},
    "team.remove": {"member": "own"},
    "vlan_admin.create": {"infrastructure": "Main", "name": "LAN 4"},
    "vlan_admin.save": {"infrastructure": "Main", "name": "LAN 2", "version": "old"},
    "vlan_admin.rename_infrastructure": {"before": "Main", "name": "Main"},
    "vlan_admin.delete": {"version": "1", "shown": "0-0-0-0"},
    "vlan_admin.create_port": {"asn": "64498", "address_4": "198.51.100.3"},
    "vlan_admin.save_port": {"address_4": "198.51.100.2", "version": "old"},
    "vlan_admin.set_connected": {"on": "0"},
    "user_admin.add_member": {"asn": "64496", "role": "1"},
    "user_admin.set_role": {"role": "1"},
    "user_admin.save": {"name": "Bob", "email": "bob@example.net", "version": "0"},
    "user_admin.set_active": {"on": "0"},
    "user_admin.set_superuser": {"on": "0", "sure": "1"},
    "peering.preview_request": {"member": "own"},
    "peering.send_request": {"member": "own"},
    "peering.send_sample": {"member": "own"},
    "peering.mark_request": {"member": "own"},
    "requests.withdraw": {"member": "own"},
    "requests.save_wish": {"member": "own"},
    "peering.report_wrong": {"member": "own"},
    "peering.mark": {"mark": "rejected", "member": "own"},
}
