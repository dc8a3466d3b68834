// Arrow's columns, as the C data interface hands them over, become columns of a Table. Nothing here
// needs Arrow: the layout of the buffers is public and fixed. Buffers are as long as the layout
// says (the plug-in has checked that); everything else is checked here.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "fairline/core/result.h"
#include "fairline/data/arrow_abi.h"
#include "fairline/data/table.h"

namespace fairline {

/// A value that cannot be taken over.
struct ArrowCellFault {
  int64_t row = 0;      // of the array
  std::string message;  // such as `text that is not UTF-8`
};

/// One column under construction, filled from one array after another.
class ArrowColumnBuilder {
 public:
  /// `is_id`: as ArrowColumn. kUnsupported with a message such as `is nested (a
  /// list)` for what arrow_reader.h does not list.
  static Result<ArrowColumnBuilder> Create(const ArrowSchema& schema, bool is_id);
  ArrowColumnBuilder(ArrowColumnBuilder&&) noexcept;
  ArrowColumnBuilder& operator=(ArrowColumnBuilder&&) noexcept;
  ~ArrowColumnBuilder();

  /// Makes room for that many rows.
  void Reserve(size_t rows);

  /// Rows `begin` to `begin + count` of an array of the column's type.
  std::expected<void, ArrowCellFault> Append(const ArrowArray& array, int64_t begin, int64_t count);

  /// The column of that name so far; the builder is empty afterwards.
  Column Take(std::string name);

 private:
  struct State;
  explicit ArrowColumnBuilder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace fairline
