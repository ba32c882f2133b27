import pytest

from shared.addresses import networks, refusal

FORBIDDEN = [
    "0.0.0.0",  # noqa: S104  an address to refuse, nothing binds to it
    "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "100::1", "100:0:0:1::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "not an address", "", "127.1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1",
          "::ffff:8.8.8.8", "64:ff9b::808:808", "2001:4860:4860::8888"]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_an_address_that_is_not_the_public_internet_is_refused_with_a_reason(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address: str) -> None:
    assert refusal(address) is None


def test_an_allow_list_opens_what_it_names_and_nothing_beside_it() -> None:
    allowed = networks("127.0.0.1/32, fd00::/8")
    assert refusal("127.0.0.1", allowed) is None
    assert refusal("::ffff:127.0.0.1", allowed) is None
    assert refusal("fd00::5", allowed) is None
    assert refusal("127.0.0.2", allowed)


def test_a_list_that_is_no_list_of_networks_is_said_so() -> None:
    with pytest.raises(ValueError, match="localhost"):
        networks("127.0.0.1, localhost")


def test_one_port_may_be_opened_and_no_other() -> None:
    doors = networks("127.0.0.1:9180, [::1]:9180")
    assert refusal("127.0.0.1", doors, port=9180) is None
    assert refusal("::1", doors, port=9180) is None
    assert refusal("::ffff:127.0.0.1", doors, port=9180) is None
    assert refusal("127.0.0.1", doors, port=9101) == "loopback"
    assert refusal("127.0.0.2", doors, port=9180) == "loopback"
    assert refusal("127.0.0.1", doors) == "loopback"
