// Intel, kernel driver i915 (drm-uapi/i915_drm.h). SHAPEMARK_CHIP is the PCI device id: 0x9a49 is Tiger Lake.
#include "drm.h"
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

enum {
  GETPARAM = 0x46, GEM_CREATE = 0x5b, GEM_MMAP = 0x5e, GET_APERTURE = 0x63, MMAP_OFFSET = 0x64, CONTEXT_CREATE = 0x6d,
  REG_READ = 0x71, USERPTR = 0x73, CONTEXT_GETPARAM = 0x74, QUERY = 0x79, VM_CREATE = 0x7a, GEM_CREATE_EXT = 0x7c,
  ADDRESS_SPACE = 3, // a parameter of contexts
  TOPOLOGY = 1, REGIONS = 4, GEOMETRY = 6,
};

typedef struct { int32_t name; int32_t *value; } Parameter;
typedef struct { uint64_t question; int32_t length; uint32_t flags; uint64_t data; } Item;
typedef struct { uint32_t count, flags; uint64_t items; } Query;
typedef struct {
  uint16_t flags, slices, subslices, units, subslice_offset, subslice_stride, unit_offset, unit_stride;
  uint8_t masks[];
} Topology;
typedef struct { uint16_t class, instance; uint32_t reserved; uint64_t probed, free, visible, visible_free, rest[6]; } Region;
typedef struct { uint32_t count, reserved[3]; Region regions[2]; } Regions;

static int is_arc(void) { return chip() >= 0x5600 && chip() < 0x5700; }

struct gpu described(void) {
  return (struct gpu){ .driver = "i915", .major = 1, .minor = 6, .pci_device = 2, .vendor = 0x8086, .device = chip(), .revision = 1 };
}

static int32_t parameter(int32_t name) {
  switch (name) {
    case 4: return chip();
    case 6: return 32;         // fences
    case 18: return 3;         // full 48-bit address spaces
    case 28: return 10;        // version of the command parser
    case 33: return 6;         // subslices
    case 34: return 96;        // execution units
    case 40: return 4;         // version of mapping: by offset
    case 47: return 0x3f;      // mask of subslices
    case 51: return 19200000;  // Hz of timestamps
    default: return 1;
  }
}

// Slices of subslices of 16 execution units, none of them fused off. Returns bytes.
static int topology(void *data) {
  const int slices = is_arc() ? 8 : 1, subslices = is_arc() ? 4 : 6, bytes_of_units = 2;
  const int length = sizeof(Topology) + 1 + slices + slices * subslices * bytes_of_units;
  if (!data) return length;
  Topology *answer = data;
  memset(answer, 0, length);
  *answer = (Topology){ 0, slices, subslices, 16, 1, 1, 1 + slices, bytes_of_units };
  answer->masks[0] = (1 << slices) - 1;
  memset(answer->masks + 1, (1 << subslices) - 1, slices);
  memset(answer->masks + answer->unit_offset, 0xff, slices * subslices * bytes_of_units);
  return length;
}

// A graphics card has memory of its own besides the computer's.
static int regions(void *data) {
  if (!is_arc()) return -EINVAL;
  if (!data) return sizeof(Regions);
  const uint64_t bytes = 16ull << 30;
  Regions *answer = data;
  *answer = (Regions){ .count = 2 };
  for (int i = 0; i < 2; i++) answer->regions[i] = (Region){ i, 0, 0, bytes, bytes, bytes, bytes, { 0 } };
  return sizeof *answer;
}

static void query(Query *asked) {
  Item *items = (Item *)(uintptr_t)asked->items;
  for (uint32_t i = 0; i < asked->count; i++) {
    void *data = items[i].length ? (void *)(uintptr_t)items[i].data : 0;
    switch (items[i].question) {
      case TOPOLOGY: case GEOMETRY: items[i].length = topology(data); break;
      case REGIONS: items[i].length = regions(data); break;
      default: items[i].length = -EINVAL;
    }
  }
}

void answer(unsigned number, void *argument) {
  uint32_t *words = argument;
  uint64_t *longs = argument;
  switch (number) {
    case GETPARAM: *((Parameter *)argument)->value = parameter(((Parameter *)argument)->name); break;
    case QUERY: query(argument); break;
    case GEM_CREATE: case GEM_CREATE_EXT: words[2] = fresh(); break;
    case USERPTR: words[5] = fresh(); break;
    case CONTEXT_CREATE: words[0] = fresh(); break;
    case CONTEXT_GETPARAM: longs[2] = longs[1] == ADDRESS_SPACE ? 1ull << 47 : 0; break;
    case VM_CREATE: words[3] = 1; break;
    case GET_APERTURE: longs[0] = longs[1] = 4ull << 30; break;
    case MMAP_OFFSET: longs[1] = 0; break;
    case GEM_MMAP: longs[3] = (uintptr_t)mmap(0, longs[2], PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); break;
    case REG_READ: longs[1] = 1; break;
  }
}
