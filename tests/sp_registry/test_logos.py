"""Pictures from strangers: what is taken in, and what is left of them."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import Connection, update

from sp_registry import logos, tables
from sp_registry.logos import BOX, BadLogo, Logo, accepted
from sp_registry.service_provider import Policy
from tests.sp_registry.registry_fixtures import NOW, World, a_proposal

SECRET = b"where the picture was taken"


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


def test_a_logo_that_was_never_kept_cannot_be_proposed(world: World) -> None:
    with pytest.raises(BadLogo) as caught:
        world.desk.propose(a_proposal(policy=Policy(logo="0" * 64)), "kari", NOW)
    assert caught.value.code == "logo-unknown"
