// What one cell of a CSV file means. These rules are the same for training files, batch files and
// the files we write:
//   missing   an empty cell, quoted or not, in any column; and in the spelling of pandas, R and
//             databases the words NA N/A n/a #N/A <NA> NaN nan null NULL None, in a numeric column
//             always, in a categorical one unless quoted ("NA" in quotes is the text NA, as R
//             writes it).
//   number    decimal digits with point, exponent and sign, blanks around it allowed; finite.
//   category  the text as it stands, blanks and case included.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fairline/core/result.h"
#include "fairline/data/csv_reader.h"

namespace fairline {

/// True for the words above (not for the empty text).
bool IsMissingWord(std::string_view text);

/// The value of a cell of a numeric column: NaN when missing. The error has only a message such as
/// `"12,5" is not a number`.
Result<double> NumericCell(const CsvField& field);

/// The value of a text of the most common kind, digits with or without a point and a minus, when
/// there is no doubt: for those who read millions. Nothing for any other text, which may be a
/// number all the same.
std::optional<double> PlainNumber(std::string_view text);

/// True when the cell is missing in a categorical column.
bool IsMissingCategory(const CsvField& field);

}  // namespace fairline
