"""What may lie over a step, a file each: everything about it is in its file, as an `OverlaySpec` in `OVERLAYS`."""
