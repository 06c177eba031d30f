"""Owns who stands at which post outside the house: drivers in vans, clerks in stores."""

from collections.abc import Iterable

from simulation.outside.clerk import Clerk
from simulation.outside.driver import VanDriver
from simulation.outside.people import Outside, Outsider
from simulation.scenario import Post


def at_posts(posts: Iterable[Post], outside: Outside) -> list[Outsider]:
    """The people of these posts, who have not begun yet."""
    return [_person(post, outside) for post in posts]


def _person(post: Post, outside: Outside) -> Outsider:
    if post.role == "driver":
        return VanDriver(post.badge, post.at, outside, waits=post.waits)
    return Clerk(post.badge, post.at, outside)
