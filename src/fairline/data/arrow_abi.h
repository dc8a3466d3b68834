// The Arrow C data interface, https://arrow.apache.org/docs/format/CDataInterface.html: the layout
// in which columns cross the border to the plug-in. The guard's name is the specification's, so
// that Arrow's own declaration of the same structs and this one may meet in one file.
#pragma once

#include <cstdint>

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

}  // extern "C"

#endif  // ARROW_C_DATA_INTERFACE

namespace fairline {

/// Releases what it holds, as the interface asks of whoever received it.
template <typename Struct>
class ArrowOwned {
 public:
  ArrowOwned() = default;
  ArrowOwned(const ArrowOwned&) = delete;
  ArrowOwned& operator=(const ArrowOwned&) = delete;
  ~ArrowOwned() { Release(); }

  void Release() {
    if (value_.release != nullptr) value_.release(&value_);
    value_ = {};
  }
  /// For a producer to fill.
  Struct* Renew() {
    Release();
    return &value_;
  }
  /// For a consumer that takes it over, or not when it fails.
  Struct* Lend() { return &value_; }
  bool empty() const { return value_.release == nullptr; }
  const Struct* operator->() const { return &value_; }
  const Struct& operator*() const { return value_; }

 private:
  Struct value_{};
};

}  // namespace fairline
