// A GPU that is not there: drm.c answers for it, and one file for each kernel driver says what that driver would.
#pragma once
#include <stdint.h>

struct gpu {
  const char *driver; // the kernel driver's name
  int major, minor;   // its version
  int platform;       // whether it is a part of the chip (Arm) instead of a PCI device
  uint8_t pci_device; // where on bus 0
  uint16_t vendor, device, revision;
};

// Which GPU to be: SHAPEMARK_CHIP, as the driver names it.
unsigned chip(void);
// A fresh handle of whatever kind.
uint32_t fresh(void);

// What the kernel driver's file provides. `number` is the request's; an unknown one succeeds and changes nothing.
struct gpu described(void);
void answer(unsigned number, void *argument);
