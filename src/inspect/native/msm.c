// Qualcomm, kernel driver msm (drm-uapi/msm_drm.h). SHAPEMARK_CHIP is the number of the Adreno: 740.
#include "drm.h"

enum { GET_PARAM = 0x40, GEM_NEW = 0x42, GEM_INFO = 0x43, SUBMITQUEUE_NEW = 0x4a, MAP_OFFSET = 0, ADDRESS = 1 };

typedef struct { uint32_t pipe, name; uint64_t value; } Parameter;
typedef struct { uint32_t handle, question; uint64_t value; } Info;

struct gpu described(void) {
  return (struct gpu){ .driver = "msm", .major = 1, .minor = 12, .platform = 1 };
}

// What tells revisions of a chip apart.
static uint64_t chip_id(void) {
  switch (chip()) {
    case 740: return 0x43050a01;
    case 730: return 0x07030001;
    case 650: return 0x06050002;
    default: return 0x06060001;
  }
}

static uint64_t parameter(uint32_t name) {
  switch (name) {
    case 0x01: return chip();
    case 0x02: return chip() >= 700 ? 3 << 20 : 1536 << 10; // bytes of tile memory
    case 0x03: return chip_id();
    case 0x04: return 680000000;                            // Hz
    case 0x05: case 0x08: case 0x13: return 1;
    case 0x06: return 0x100000;                             // where tile memory begins
    case 0x07: return 3;                                    // priorities
    case 0x0e: return 0x100000000ull;                       // addresses from, and how many
    case 0x0f: return 0xf00000000ull;
    case 0x10: return 16;                                   // highest bank bit
    case 0x12: return 6;                                    // macrotile mode
    case 0x14: return 0x1fffffffff000ull;
    default: return 0;
  }
}

static void info(Info *asked) {
  static uint64_t free_address = 0x200000000ull;
  if (asked->question == MAP_OFFSET) asked->value = 0x1000ull * asked->handle;
  if (asked->question == ADDRESS) asked->value = __atomic_fetch_add(&free_address, 64 << 20, __ATOMIC_RELAXED);
}

void answer(unsigned number, void *argument) {
  uint32_t *words = argument;
  switch (number) {
    case GET_PARAM: ((Parameter *)argument)->value = parameter(((Parameter *)argument)->name); break;
    case GEM_NEW: words[3] = fresh(); break;
    case GEM_INFO: info(argument); break;
    case SUBMITQUEUE_NEW: words[2] = 1; break;
  }
}
