// The tables of the bit-plane kernels. Plain pointers and numbers only: kernel files are compiled
// for processors that not everybody has, and must not bring any shared inline function with them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fairline {

/// Rows that a kernel scores at a time: the bytes of a 512-bit vector.
inline constexpr size_t kPlaneRows = 64;
/// Leaves of a tree, eight to a plane.
inline constexpr size_t kMostPlanes = 8;

/// A test whose left subtree has leaves in this plane. A row with slot value > limit loses them.
struct PlaneTest {
  uint16_t slot;
  uint8_t limit;
  uint8_t kept;  // the plane's leaves that it does not lose, leaf 0 in bit 0
};

struct PlaneTree {
  uint32_t planes;
  uint32_t tests[kMostPlanes];  // how many of each plane; they follow one another
};

struct PlaneCode {
  const PlaneTree* trees;
  size_t tree_count;
  const PlaneTest* tests;
  const double* values;  // eight per plane, in the order of the leaves from left to right
};

/// `slots`: kPlaneRows bytes for each slot, aligned to 64 bytes; may be changed. `sums`: kPlaneRows
/// numbers, to which the trees' values are added in order.
using PlaneKernel = void (*)(const PlaneCode& code, uint8_t* slots, size_t slot_count,
                             double* sums);

void PlaneKernelAvx2(const PlaneCode& code, uint8_t* slots, size_t slot_count, double* sums);
void PlaneKernelAvx512(const PlaneCode& code, uint8_t* slots, size_t slot_count, double* sums);

}  // namespace fairline
