// NVIDIA, kernel driver nouveau (drm-uapi/nouveau_drm.h, nvif). SHAPEMARK_CHIP is the chipset: 0x164 TU104, 0x172 GA102, 0x192 AD102.
#include "drm.h"
#include <string.h>

enum { GETPARAM = 0x40, CHANNEL_ALLOC = 0x42, NVIF = 0x47, GEM_NEW = 0x80, CLASSES = 1, METHOD = 4, CLASS_COUNT = 5 };

typedef struct { uint64_t name, value; } Parameter;
// A request to an object of the driver: what is asked for follows.
typedef struct { uint8_t version, type, reserved[4], owner, route; uint64_t token, object; uint8_t question[]; } Nvif;
typedef struct {
  uint8_t version, platform; uint16_t chipset; uint8_t revision, family, reserved[2];
  uint64_t memory, user_memory; char chip[16], name[64];
} DeviceInfo;
typedef struct { int32_t class; int16_t least, most; } Class;

// Classes of a chip: copy, compute, 3D, 2D, memory to memory.
struct generation { unsigned family; uint16_t pci; const char *chip, *name; int32_t classes[CLASS_COUNT]; };
static const struct generation TURING = { 0x0c, 0x1e84, "TU104", "NVIDIA GeForce RTX 2080", { 0xc5b5, 0xc5c0, 0xc597, 0x902d, 0xa140 } };
static const struct generation AMPERE = { 0x0d, 0x2204, "GA102", "NVIDIA GeForce RTX 3090", { 0xc7b5, 0xc7c0, 0xc797, 0x902d, 0xa140 } };
static const struct generation ADA = { 0x0e, 0x2684, "AD102", "NVIDIA GeForce RTX 4090", { 0xc7b5, 0xc9c0, 0xc997, 0x902d, 0xa140 } };
static const uint64_t MEMORY = 8ull << 30;

static const struct generation *generation(void) {
  switch (chip() & 0xff0) {
    case 0x190: return &ADA;
    case 0x170: return &AMPERE;
    default: return &TURING;
  }
}

struct gpu described(void) {
  return (struct gpu){ .driver = "nouveau", .major = 1, .minor = 4, .vendor = 0x10de, .device = generation()->pci, .revision = 0xa1 };
}

static uint64_t parameter(uint64_t name) {
  switch (name) {
    case 3: return 0x10de;
    case 4: return generation()->pci;
    case 5: return 2;               // bus: PCI Express
    case 8: return MEMORY;
    case 9: case 19: return 0;      // no AGP; nothing in use
    case 11: return chip();
    case 13: return 40 << 8 | 6;    // multiprocessors, clusters
    case 17: return 256;            // push buffers at most
    case 18: return 256 << 20;      // bytes of memory that the processor sees
    default: return 1;
  }
}

static void nvif(Nvif *asked) {
  const struct generation *of = generation();
  // Both answers begin 8 bytes into the question: after a version and a method, or a version and a count.
  void *answer = asked->question + 8;
  if (asked->type == METHOD) {
    DeviceInfo info = { .platform = 3, .chipset = chip(), .revision = 0xa1, .family = of->family, .memory = MEMORY, .user_memory = MEMORY };
    strcpy(info.chip, of->chip);
    strcpy(info.name, of->name);
    memcpy(answer, &info, sizeof info);
  } else if (asked->type == CLASSES) {
    asked->question[1] = CLASS_COUNT;
    for (int i = 0; i < CLASS_COUNT; i++) ((Class *)answer)[i] = (Class){ of->classes[i], -1, -1 };
  }
}

void answer(unsigned number, void *argument) {
  uint32_t *words = argument;
  switch (number) {
    case GETPARAM: ((Parameter *)argument)->value = parameter(((Parameter *)argument)->name); break;
    case CHANNEL_ALLOC: words[2] = 1; words[3] = 2; break;
    case NVIF: nvif(argument); break;
    case GEM_NEW: words[0] = fresh(); break;
  }
}
