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
GET    /peering/<tab>/<int:peer_id>/ask       302  404   403  200   403   200
POST   /peering/<tab>/<int:peer_id>/ask/preview 302 409  403  200   403   200
POST   /peering/<tab>/<int:peer_id>/ask/send  302  409   403  422   403   422
POST   /peering/<tab>/<int:peer_id>/ask/sample 302 409   403  422   403   422
POST   /peering/<tab>/<int:peer_id>/ask/mark  302  409   403  422   403   422
GET    /requests/                              302  200   200  200   403   200
GET    /requests/requests.csv                  302  200   200  200   403   200
GET    /requests/<int:request_id>              302  404   404  404   403   404
POST   /requests/<int:request_id>/withdraw     302  409   403  404   403   404
GET    /requests/stop/<token>                  404  404   404  404   404   404
POST   /requests/stop/<token>                  404  404   404  404   404   404
GET    /requests/stop/<token>/asked            404  404   404  404   404   404
GET    /requests/stopped/<token>               404  404   404  404   404   404
POST   /requests/stopped/<token>               404  404   404  404   404   404
GET    /requests/volume                        302  403   403  403   200   200
POST   /requests/pauses                        302  403   403  403   422   422
POST   /requests/pauses/<int:pause_id>/end     302  403   403  403   303   303
GET    /static/<path:filename>                 200  200   200  200   200   200
GET    /bootstrap/static/<path:filename>       200  200   200  200   200   200
"""

# What stands in the addresses; `mall` and such are ids of the cast.
VALUES = {
    "tab": "peers",
    "peer_id": "mall",
    "session_id": 1,
    "note_id": 4711,
    "request_id": 4711,
    "pause_id": 4711,
    "token": "of-nobody",
    "filename": {"static": "css/portal.css", "bootstrap.static": "css/bootstrap.min.css"},
}

# The fields of POST routes, by endpoint.
FIELDS = {
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
    "peering.preview_request": {"member": "alpha"},
    "peering.send_request": {"member": "alpha"},
    "peering.send_sample": {"member": "alpha"},
    "peering.mark_request": {"member": "alpha"},
    "requests.withdraw": {"member": "alpha"},
    "peering.mark": {"mark": "rejected", "member": "alpha"},
}
