"""Pictures from strangers: what is taken in, and what is left of them."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import Connection, update

from sp_registry import logos, tables
from sp_registry.logos import BOX, BadLogo, Logo, accepted
from sp_registry.service_provider import Policy
from tests.sp_registry.registry_fixtures import NOW, World, a_proposal

SECRET = b"where the picture was taken"


@pytest.fixture
def engine(each_engine: str) -> str:
    return each_engine


def a_picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (160, 20, 40)).save(out, kind, **options)
    return out.getvalue()


def opened(logo: Logo) -> Image.Image:
    return Image.open(BytesIO(logo.data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_made_anew_in_webp(kind: str) -> None:
    made = opened(accepted(a_picture(kind)))
    assert (made.format, made.size) == ("WEBP", (60, 40))


def test_nothing_of_the_file_is_left_but_what_is_seen() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    file = a_picture("JPEG", exif=exif, comment=SECRET, icc_profile=SECRET)
    assert SECRET in file
    logo = accepted(file + b"<script>")
    assert SECRET not in logo.data and b"script" not in logo.data
    logos.require_ours(logo)


def test_a_large_one_is_made_to_fit() -> None:
    made = opened(accepted(a_picture(size=(1200, 200))))
    assert made.width == BOX[0] and made.height == 60


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "logo-unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "logo-unreadable"),
        (a_picture("GIF"), "logo-unreadable"),
        (a_picture()[:60], "logo-unreadable"),
        (a_picture(size=(3000, 3000)), "logo-size"),
        (a_picture(size=(100, 4)), "logo-size"),
        (b"x" * (logos.LARGEST_FILE + 1), "logo-large"),
    ],
)
def test_what_is_no_fit_picture_is_refused(file: bytes, code: str) -> None:
    with pytest.raises(BadLogo) as caught:
        accepted(file)
    assert caught.value.code == code


@pytest.mark.parametrize("file", [a_picture(), a_picture("WEBP", (400, 40)), b"x"])
def test_what_a_registry_would_not_have_made_is_not_brought_in(file: bytes) -> None:
    with pytest.raises(BadLogo):
        logos.require_ours(Logo(file))


def test_it_is_found_under_its_hash_and_only_if_it_is_what_was_kept(world: World) -> None:
    logo = accepted(a_picture())
    for _ in range(2):
        name = world.database.write(lambda connection: logos.keep(connection, logo, NOW))
    assert world.database.read(lambda connection: logos.find(connection, name)) == logo

    def forge(connection: Connection) -> None:
        connection.execute(update(tables.sp_logo).values(data=b"another"))

    world.database.write(forge)
    assert world.database.read(lambda connection: logos.find(connection, name)) is None


def pictures(number: int) -> list[Logo]:
    return [accepted(a_picture(size=(20 + width, 20))) for width in range(number)]


def swept(world: World, days: int) -> int:
    past = logos.unproposed(NOW + timedelta(days=days))
    return world.database.write(lambda connection: connection.execute(past).rowcount)


def test_what_nobody_proposes_goes_after_a_week(world: World) -> None:
    proposed, other, late = pictures(3)
    for one in (proposed, other):
        world.database.write(lambda connection: logos.keep(connection, one, NOW))
    soon = NOW + timedelta(days=1)
    world.database.write(lambda connection: logos.keep(connection, late, NOW))
    world.database.write(lambda connection: logos.keep(connection, late, soon))
    world.desk.propose(a_proposal(policy=Policy(logo=proposed.hash)), "kari", NOW)
    assert swept(world, days=6) == 0
    assert swept(world, days=7) == 1
    kept = [world.database.read(lambda c: logos.find(c, one.hash)) for one in (proposed, other)]
    assert kept == [proposed, None]
    assert swept(world, days=8) == 1
    assert swept(world, days=400) == 0


def test_an_organisation_has_room_for_some_that_are_not_proposed(world: World) -> None:
    def keep(logo: Logo, organisation: str | None) -> None:
        world.database.write(lambda connection: logos.keep(connection, logo, NOW, organisation))

    made = pictures(logos.MOST_UNPROPOSED + 1)
    for one in made[:-1]:
        keep(one, "889640782")
    keep(made[0], "889640782")  # once more is not one more
    with pytest.raises(BadLogo) as caught:
        keep(made[-1], "889640782")
    assert caught.value.code == "logo-quota"
    keep(made[-1], "974761076")
    world.desk.propose(a_proposal(policy=Policy(logo=made[0].hash)), "kari", NOW)
    keep(accepted(a_picture(size=(300, 20))), "889640782")


def test_a_logo_that_was_never_kept_cannot_be_proposed(world: World) -> None:
    with pytest.raises(BadLogo) as caught:
        world.desk.propose(a_proposal(policy=Policy(logo="0" * 64)), "kari", NOW)
    assert caught.value.code == "logo-unknown"
