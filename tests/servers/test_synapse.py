"""Synapse as the tests run it: two people, a room, a message that its transaction id keeps single, and media."""

from urllib.parse import quote

import httpx

from tests.servers.synapse import Synapse

V3 = "/_matrix/client/v3"


def test_a_message_goes_from_one_person_to_the_other_once(synapse_server: Synapse) -> None:
    ana, desk = synapse_server.register("ana"), synapse_server.register("desk")
    with synapse_server.client(ana) as as_ana, synapse_server.client(desk) as as_desk:
        made = as_ana.post(f"{V3}/createRoom", json={"invite": [desk.user], "preset": "trusted_private_chat"})
        room = quote(made.raise_for_status().json()["room_id"])
        as_desk.post(f"{V3}/join/{room}", json={}).raise_for_status()
        since = as_desk.get(f"{V3}/sync").json()["next_batch"]
        place = f"{V3}/rooms/{room}/send/m.room.message/once"
        sent = [as_ana.put(place, json={"msgtype": "m.text", "body": "Is it in stock?"}).json() for _ in range(2)]
        assert sent[0] == sent[1]
        news = as_desk.get(f"{V3}/sync", params={"since": since, "timeout": 10_000}).json()
        [joined] = news["rooms"]["join"].values()
        [event] = joined["timeline"]["events"]
        assert (event["event_id"], event["content"]["body"]) == (sent[0]["event_id"], "Is it in stock?")


def test_media_comes_back_as_it_was_and_only_for_people_with_a_token(synapse_server: Synapse) -> None:
    eve = synapse_server.register("eve", admin=True)
    with synapse_server.client(eve) as client:
        told = {"Content-Type": "image/png"}
        uri = client.post("/_matrix/media/v3/upload", content=b"a picture", headers=told).json()["content_uri"]
        place = f"/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
        assert client.get(place).content == b"a picture"
        assert client.get("/_synapse/admin/v2/users").json()["total"] >= 1
    assert httpx.get(f"{synapse_server.url}{place}").status_code == 401


def test_twenty_messages_in_a_row_meet_no_rate_limit(synapse_server: Synapse) -> None:
    with synapse_server.client(synapse_server.register("hasty")) as client:
        room = quote(client.post(f"{V3}/createRoom", json={}).json()["room_id"])
        for number in range(20):
            place = f"{V3}/rooms/{room}/send/m.room.message/{number}"
            assert client.put(place, json={"msgtype": "m.text", "body": str(number)}).status_code == 200
