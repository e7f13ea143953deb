"""What every route answers to whom: read by test_route_table.py. A new route needs its line here.

`out` nobody is signed in; `other` Mallory, of another member; `user` Rita, who reads for Alpha;
`admin` Alice, who acts for Alpha; `super` Carol, who runs the exchange; `as` Carol, looking as
Alpha. The forms of POST routes, in FIELDS, are good ones and name Alpha, and Mall as its peer.
"""

TABLE = """
method route                                   out  other user admin super as
GET    /                                       302  303   303  303   200   303
GET    /login                                  200  303   303  303   303   303
POST   /login                                  422  422   422  422   422   422
GET    /login/forgotten                        200  200   200  200   200   200
POST   /login/forgotten                        200  200   200  200   200   200
GET    /login/link/<token>                     404  404   404  404   404   404
POST   /login/link/<token>                     404  404   404  404   404   404
POST   /logout                                 302  303   303  303   303   303
POST   /theme                                  303  303   303  303   303   303
POST   /account/member                         302  403   303  303   403   403
GET    /account/                               302  200   200  200   200   200
POST   /account/details                        302  303   303  303   303   303
POST   /account/password                       302  422   422  422   422   422
POST   /account/sessions/end                   302  303   303  303   303   303
POST   /account/sessions/<int:session_id>/end  302  303   303  303   303   303
GET    /peering/                               302  200   200  200   403   200
GET    /peering/<tab>                          302  200   200  200   403   200
GET    /peering/<tab>/rows                     302  303   303  303   403   303
GET    /peering/<tab>/<int:peer_id>            302  404   200  200   403   200
POST   /peering/<tab>/<int:peer_id>/mark       302  409   403  303   403   303
GET    /peering/<tab>/<int:peer_id>/notes/new  302  404   403  200   403   403
POST   /peering/<tab>/<int:peer_id>/notes      302  409   403  303   403   403
GET    /peering/<tab>/<int:peer_id>/notes/<int:note_id> 302 404 403 404 403 403
POST   /peering/<tab>/<int:peer_id>/notes/<int:note_id> 302 409 403 404 403 403
POST   /peering/<tab>/<int:peer_id>/notes/<int:note_id>/delete 302 409 403 404 403 403
POST   /peering/<tab>/<int:peer_id>/notes/<int:note_id>/undo 302 409 403 404 403 403
GET    /matrix/                                302  200   200  200   200   200
GET    /matrix/data                            302  404   404  404   404   404
GET    /matrix/export.<form>                   302  404   404  404   404   404
GET    /matrix/pair/<int:one_id>/<int:other_id> 302 404   404  404   404   404
POST   /matrix/leave                           302  409   403  303   403   303
GET    /static/<path:filename>                 200  200   200  200   200   200
GET    /bootstrap/static/<path:filename>       200  200   200  200   200   200
"""

# What stands in the addresses; `mall` and such are ids of the cast.
VALUES = {
    "tab": "peers",
    "form": "csv",
    "one_id": "alpha",
    "other_id": "mall",
    "peer_id": "mall",
    "session_id": 1,
    "note_id": 4711,
    "token": "of-nobody",
    "filename": {"static": "css/portal.css", "bootstrap.static": "css/bootstrap.min.css"},
}

# The fields of POST routes, by endpoint.
FIELDS = {
    "matrix.leave": {"member": "alpha", "out": "1"},
    "auth.login": {"login": "nobody", "password": "wrong"},
    "auth.forgotten": {"login": "nobody"},
    "auth.set_password": {"new": "long enough for anybody"},
    "auth.choose_theme": {"theme": "dark"},
    "auth.switch_member": {"member": "alpha"},
    "account.save_details": {"details-name": "New Name", "details-email": "own"},
    "account.change_password": {"password-current": "wrong", "password-new": "long enough now"},
    "peering.add_note": {"text": "Spoke to them", "member": "alpha"},
    "peering.save_note": {"text": "Spoke to them", "member": "alpha", "version": "1"},
    "peering.delete_note": {"member": "alpha", "version": "1"},
    "peering.undo_note": {"member": "alpha", "version": "1"},
    "peering.mark": {"mark": "rejected", "member": "alpha"},
}
