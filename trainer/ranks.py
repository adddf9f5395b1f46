"""Training on several processes of one thread each: on a CPU with a few cores this beats threads."""
import os
import sys
import tempfile

import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def first():
    return not dist.is_initialized() or dist.get_rank() == 0


def spread_seed(seed):
    """Other dropout and other samples in each process."""
    torch.manual_seed(seed + 1000 * dist.get_rank() if dist.is_initialized() else seed)


def share(items):
    """This process's part of a list."""
    if not dist.is_initialized():
        return items
    return items[dist.get_rank()::dist.get_world_size()]


def gather(items):
    """All processes' lists, joined."""
    if not dist.is_initialized():
        return items
    parts = [None] * dist.get_world_size()
    dist.all_gather_object(parts, items)
    return [x for part in parts for x in part]


def add_gradients(net, divisor):
    """Sum the gradients and the divisor over all processes, and divide."""
    values = [p.grad for p in net.parameters() if p.grad is not None]
    flat = torch.cat([v.flatten() for v in values] + [torch.tensor([float(divisor)])])
    if dist.is_initialized():
        dist.all_reduce(flat)
    flat /= flat[-1].clone()
    at = 0
    for v in values:
        v.copy_(flat[at:at + v.numel()].view_as(v))
        at += v.numel()


def _enter(rank, count, path, work):
    if count > 1:
        if hasattr(os, "sched_setaffinity") and os.cpu_count() >= count:
            os.sched_setaffinity(0, {rank})
        dist.init_process_group("gloo", init_method="file://" + path, rank=rank, world_size=count)
    torch.set_num_threads(1)
    work()


def run(count, work):
    """Run `work()` in `count` processes."""
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "2000000000")
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "8000000000")
    path = os.path.join(tempfile.mkdtemp(), "rendezvous")
    mp.spawn(_enter, (count, path, work), nprocs=count)
    return sys.exit(0)
