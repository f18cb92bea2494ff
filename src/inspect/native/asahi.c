// Apple, kernel driver asahi (drm-uapi/asahi_drm.h). SHAPEMARK_CHIP is the generation: 13 for M1 (G13G), 14 for M2 (G14G).
#include "drm.h"
#include <string.h>

enum { GET_PARAMS = 0x40, GET_TIME = 0x41, VM_CREATE = 0x42, GEM_CREATE = 0x45, GEM_MMAP_OFFSET = 0x46, QUEUE_CREATE = 0x48, PAGE = 0x4000 };

typedef struct { uint32_t group, reserved; uint64_t pointer, size; } Request;
typedef struct {
  uint64_t features;
  uint32_t generation, variant, revision, chip, dies, clusters, cores, kilohertz;
  uint64_t core_masks[64], first_address, last_address, kernel_addresses;
  uint32_t most_commands, most_attachments;
  uint64_t hertz;
} Parameters;

struct gpu described(void) {
  return (struct gpu){ .driver = "asahi", .major = 1, .platform = 1 };
}

static void parameters(Request *asked) {
  const int is_m2 = chip() == 14;
  const Parameters all = {
    .generation = is_m2 ? 14 : 13, .variant = 'G', .revision = 0x11, .chip = is_m2 ? 0x8112 : 0x8103,
    .dies = 1, .clusters = 1, .cores = 8, .kilohertz = 1278000, .core_masks = { 0xff },
    .first_address = PAGE, .last_address = 1ull << 39, .kernel_addresses = 0x20000000,
    .most_commands = 64, .most_attachments = 16, .hertz = 24000000,
  };
  if (asked->pointer) memcpy((void *)(uintptr_t)asked->pointer, &all, asked->size < sizeof all ? asked->size : sizeof all);
  asked->size = sizeof all;
}

void answer(unsigned number, void *argument) {
  uint32_t *words = argument;
  uint64_t *longs = argument;
  switch (number) {
    case GET_PARAMS: parameters(argument); break;
    case GET_TIME: longs[1] = 1000; break;
    case VM_CREATE: words[4] = 1; break;
    case GEM_CREATE: words[4] = fresh(); break;
    case GEM_MMAP_OFFSET: longs[1] = (uint64_t)PAGE * words[0]; break;
    case QUEUE_CREATE: words[3] = 1; break;
  }
}
