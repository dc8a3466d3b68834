// The border between the program and its Arrow plug-in (src/fairline/arrow), which is opened at run
// time because libparquet brings an OpenSSL of its own (docs/reference/dependencies.md). C only: no
// exception, no C++ type and no ownership of memory crosses it, but for the Arrow C data interface,
// where whoever made an array also frees it. Bytes come and go through the host's functions, so
// files, pipes and atomic replacement stay the host's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "fairline/data/arrow_abi.h"

extern "C" {

struct FairlineArrowInput {
  void* host;
  int64_t size;          // in bytes; -1 for a pipe, which is read in order
  int64_t memory_bytes;  // that reading may take at a time
  /// Up to `size` bytes at `offset` (of a pipe: the next ones); fewer only at the end; -1 when
  /// reading failed, for a reason the host keeps.
  int64_t (*read)(void* host, int64_t offset, void* buffer, int64_t size);
};

struct FairlineArrowOutput {
  void* host;
  /// False when writing failed, for a reason the host keeps.
  bool (*write)(void* host, const void* bytes, int64_t size);
};

enum FairlineArrowLayout : int32_t {
  kFairlineParquet,
  kFairlineArrowFile,
  kFairlineArrowStream,
};

enum FairlineArrowFaultKind : int32_t {
  kFairlineArrowDamaged,      // the bytes are not what the format asks for
  kFairlineArrowUnsupported,  // a part of the format that is not read
  kFairlineArrowTooLarge,     // more memory than it may take
  kFairlineArrowHost,         // a function of the host failed
};

struct FairlineArrowFault {
  enum FairlineArrowFaultKind kind;
  int32_t group;   // row group or record batch, from 1; 0 where it is none's
  int32_t column;  // its position in the file; -1 where it is none's
  char text[400];  // ends with 0
};

/// What is made by open() and create() is used by one thread at a time. Functions that can fail
/// give null or false, and then fill `fault`.
struct FairlineArrowApi {
  uint64_t border;  // kFairlineArrowBorder as the plug-in was built
  /// A reader; all columns of the file as children of `schema`; the number of rows, or -1. `input`
  /// outlives the reader.
  void* (*open)(const struct FairlineArrowInput* input, enum FairlineArrowLayout layout,
                struct ArrowSchema* schema, int64_t* rows, struct FairlineArrowFault* fault);
  /// Which columns next() gives, by ascending position in the file; before the first next().
  bool (*select)(void* reader, const int32_t* columns, size_t count,
                 struct FairlineArrowFault* fault);
  /// The next rows, as a struct with one child per selected column; released at the end. `group`
  /// is where they are from. Rows are released before their reader is closed.
  bool (*next)(void* reader, struct ArrowArray* rows, int32_t* group,
               struct FairlineArrowFault* fault);
  void (*close)(void* reader);

  /// A writer of rows of that schema, which it takes. `output` outlives the writer.
  void* (*create)(const struct FairlineArrowOutput* output, enum FairlineArrowLayout layout,
                  struct ArrowSchema* schema, struct FairlineArrowFault* fault);
  /// Takes the rows.
  bool (*write)(void* writer, struct ArrowArray* rows, struct FairlineArrowFault* fault);
  bool (*finish)(void* writer, struct FairlineArrowFault* fault);
  void (*discard)(void* writer);  // after finish() too
};

/// What both sides must agree on: a plug-in left from another release is refused, not called.
inline constexpr uint64_t kFairlineArrowBorder =
    sizeof(struct FairlineArrowInput) | sizeof(struct FairlineArrowOutput) << 8 |
    sizeof(struct FairlineArrowFault) << 16 | sizeof(struct FairlineArrowApi) << 32;

/// The plug-in's one symbol.
const struct FairlineArrowApi* fairline_arrow_api_1();

}  // extern "C"
