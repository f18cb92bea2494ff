// Preloaded into a process, makes Mesa's drivers find a GPU that is not there. libdrm's list of devices names it, its file is
// /dev/zero (a file that opens everywhere), and requests to that file are answered here: enough to open a device and compile for
// it. Nothing is ever run: see layer.c. Declarations are libdrm's and the kernel's, written out so that no header has to be installed.
#define _GNU_SOURCE
#include "drm.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NODE_PRIMARY, NODE_CONTROL, NODE_RENDER, NODES, BUS_PCI = 0, BUS_PLATFORM = 2, GET_CAP = 0x0c, SYNCOBJ_CREATE = 0xbf };

typedef struct { uint16_t domain; uint8_t bus, device, function; } PciBus;
typedef struct { uint16_t vendor, device, subvendor, subdevice; uint8_t revision; } PciDevice;
typedef struct { char **nodes; int available; int bus_type; PciBus *bus; PciDevice *device; } Device;
typedef struct { int major, minor, patch, name_length; char *name; int date_length; char *date; int text_length; char *text; } Version;

unsigned chip(void) {
  const char *name = getenv("SHAPEMARK_CHIP");
  return name ? strtoul(name, NULL, 0) : 0;
}

uint32_t fresh(void) {
  static uint32_t handle;
  return __atomic_add_fetch(&handle, 1, __ATOMIC_RELAXED);
}

// ---- libdrm ----

static Device *device(void) {
  const struct gpu gpu = described();
  Device *made = calloc(1, sizeof *made);
  made->nodes = calloc(NODES, sizeof *made->nodes);
  made->nodes[NODE_PRIMARY] = made->nodes[NODE_RENDER] = "/dev/zero";
  made->nodes[NODE_CONTROL] = "";
  made->available = 1 << NODE_RENDER;
  made->bus_type = gpu.platform ? BUS_PLATFORM : BUS_PCI;
  // A platform's description begins with its name, 512 characters: empty will do.
  made->bus = calloc(1, 512);
  made->device = calloc(1, 512);
  if (!gpu.platform) {
    made->bus->device = gpu.pci_device;
    *made->device = (PciDevice){ .vendor = gpu.vendor, .device = gpu.device, .revision = gpu.revision };
  }
  return made;
}

int drmGetDevices2(uint32_t flags, Device **list, int most) {
  (void)flags;
  if (list && most > 0) list[0] = device();
  return 1;
}
int drmGetDevices(Device **list, int most) { return drmGetDevices2(0, list, most); }
int drmGetDevice2(int file, uint32_t flags, Device **found) { (void)file, (void)flags; *found = device(); return 0; }
int drmGetDevice(int file, Device **found) { (void)file; *found = device(); return 0; }
int drmGetDeviceFromDevId(dev_t id, uint32_t flags, Device **found) { (void)id, (void)flags; *found = device(); return 0; }
void drmFreeDevice(Device **given) { (void)given; }
void drmFreeDevices(Device **list, int count) { (void)list, (void)count; }

Version *drmGetVersion(int file) {
  (void)file;
  const struct gpu gpu = described();
  Version *version = calloc(1, sizeof *version);
  version->major = gpu.major;
  version->minor = gpu.minor;
  version->name = strdup(gpu.driver);
  version->name_length = strlen(gpu.driver);
  version->date = strdup("");
  version->text = strdup("");
  return version;
}
void drmFreeVersion(Version *version) { (void)version; }

// ---- the kernel ----

static int is_ours(int file) {
  struct stat found;
  return file >= 0 && fstat(file, &found) == 0 && S_ISCHR(found.st_mode) && found.st_rdev == makedev(1, 5);
}

int ioctl(int file, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if (!is_ours(file)) return syscall(SYS_ioctl, file, request, argument);
  switch (_IOC_NR(request)) {
    case GET_CAP: ((uint64_t *)argument)[1] = 1; break;
    case SYNCOBJ_CREATE: *(uint32_t *)argument = fresh(); break;
    default: answer(_IOC_NR(request), argument);
  }
  return 0;
}

// Buffers are plain memory, at whatever offset of the file the driver was told.
void *mmap(void *at, size_t length, int protection, int flags, int file, off_t offset) {
  if (is_ours(file)) {
    flags = (flags & ~MAP_TYPE) | MAP_SHARED | MAP_ANONYMOUS;
    file = -1;
    offset = 0;
  }
  return (void *)syscall(SYS_mmap, at, length, protection, flags, file, offset);
}
void *mmap64(void *at, size_t length, int protection, int flags, int file, off_t offset) {
  return mmap(at, length, protection, flags, file, offset);
}
