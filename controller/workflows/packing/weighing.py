"""Owns the weight window: a parcel that weighs other than planned is looked at again.

The same odd weight twice is a person's word that the parcel is right; it is recorded. It refuses
to skip a scale that works.
"""

from controller.errors import Refused
from controller.workflows import alarming
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import expecting, labelling

SAME_G = 10


def key_in(job: Job, heard: Heard) -> str:
    """The mass in grams, read off by the packer."""
    return weigh(job, heard.units)


def planned_weight(job: Job, _heard: Heard) -> str:
    """DONE stands for the planned weight while the bench's scale has an open alarm."""
    scale = f"scale-{job.place.lower()}"
    if not alarming.open_fault(job.turn, scale):
        raise Refused("scale_works", scale=scale, fix="put the parcel on the scale")
    job.turn.event(
        "weight_not_measured",
        order_id=job.data["order"],
        subject=job.data["box"],
        planned_g=job.data["planned_g"],
    )
    return labelling.close_parcel(job, job.data["planned_g"])


def weigh(job: Job, mass_g: int) -> str:
    """Closes the parcel when its mass is in the window, or is the same odd one again."""
    if mass_g <= 0:
        raise Refused("bad_weight", mass_g=mass_g, fix="put the parcel on the scale")
    data = job.data
    planned_g, before_g = data["planned_g"], data["got_g"]
    if abs(mass_g - planned_g) > data["window_g"]:
        if not before_g or abs(mass_g - before_g) > SAME_G:
            job.warn(planned_g=planned_g, got_g=mass_g)
            job.goto("weigh", got_g=mass_g)
            return "weight_out_of_window"
        job.turn.event(
            "weight_accepted",
            order_id=data["order"],
            subject=data["box"],
            planned_g=planned_g,
            got_g=mass_g,
            by=job.worker,
        )
    else:
        expecting.learn(job.turn, data["parcel"], data["carton"], mass_g)
    return labelling.close_parcel(job, mass_g)
