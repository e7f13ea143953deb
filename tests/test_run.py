"""`make run`: what it starts beside a portal that runs already."""

import socket

from scripts.run import free_port, sink_for


def test_a_free_port_is_taken_as_it_was_wished():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    listen, told = sink_for({"MAIL_SINK_LISTEN": f"127.0.0.1:{port}"})

    assert listen == f"127.0.0.1:{port}"
    assert told == {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(port), "MAIL_SINK": "on"}


def test_beside_the_sink_of_another_portal_mail_has_a_port_of_its_own():
    with socket.create_server(("127.0.0.1", 0)) as others:
        taken = others.getsockname()[1]
        listen, told = sink_for({"MAIL_SINK_LISTEN": f"127.0.0.1:{taken}"})

        assert listen == f"127.0.0.1:{told['MAIL_PORT']}"
        assert told["MAIL_PORT"] != str(taken)
        socket.create_server(("127.0.0.1", int(told["MAIL_PORT"]))).close()


def test_where_a_relay_is_set_there_is_no_sink():
    assert sink_for({"MAIL_SERVER": "mail.example"}) == ("", {})
    assert sink_for({"MAIL_HOST": "mail.example"}) == ("", {})


def test_beside_another_collector_samples_have_a_port_of_their_own():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as others:
        others.bind(("127.0.0.1", 0))
        taken = others.getsockname()[1]

        assert free_port(taken) != taken
