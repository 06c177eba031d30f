"""Owns who stands at which post off the floor: drivers, clerks, partners, a lead."""

from collections.abc import Iterable

from simulation.outside.clerk import Clerk
from simulation.outside.driver import VanDriver
from simulation.outside.lead import Lead
from simulation.outside.partner import Partner
from simulation.outside.people import Actor, Outside
from simulation.scenario import Post


def at_posts(posts: Iterable[Post], outside: Outside) -> list[Actor]:
    """The people of these posts, who have not begun yet."""
    return [_person(post, outside) for post in posts]


def _person(post: Post, outside: Outside) -> Actor:
    if post.role == "driver":
        return VanDriver(post.badge, post.at, outside, waits=post.waits)
    if post.role == "partner":
        return Partner(post.badge, post.at, outside)
    if post.role == "lead":
        return Lead(post.badge, outside)
    return Clerk(post.badge, post.at, outside)
