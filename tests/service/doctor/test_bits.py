"""The bits of the handshake over time."""

from protocols import tags
from protocols.image import ProcessImage
from service.doctor.bits import CHANGES, LANES, BitRecorder


def test_each_bit_has_its_level_and_its_edges() -> None:
    image, now = ProcessImage(), [100]
    bits = BitRecorder(image, lambda: now[0])
    for at, tag, value in ((200, tags.TRIGGER, True), (300, tags.SYSTEM_BUSY, True), (400, tags.JOB_PASS, True)):
        now[0] = at
        image.set(tag, value)
        image.set(tags.CAMERA_HEARTBEAT, at)  # no bit of the handshake
        bits.look()
        bits.look()
    now[0] = 500
    image.set(tags.TRIGGER, False)
    bits.look()
    lanes = {lane.tag: lane for lane in bits.lanes(250, 600)}
    assert tuple(lanes) == LANES
    assert (lanes[tags.TRIGGER].level, lanes[tags.TRIGGER].edges_ns) == (True, [500])
    assert (lanes[tags.SYSTEM_BUSY].level, lanes[tags.SYSTEM_BUSY].edges_ns) == (False, [300])
    assert (lanes[tags.JOB_PASS].level, lanes[tags.JOB_PASS].edges_ns) == (False, [400])
    assert all(not lane.edges_ns for lane in bits.lanes(600, 900))


def test_the_oldest_are_forgotten_and_it_says_so() -> None:
    image, now = ProcessImage(), [0]
    bits = BitRecorder(image, lambda: now[0])
    for at in range(1, CHANGES + 10):
        now[0] = at
        image.set(tags.TRIGGER, bool(at % 2))
        bits.look()
    assert bits.since_ns == 10
